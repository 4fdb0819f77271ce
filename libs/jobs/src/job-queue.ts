import { within } from '@strongroom/clock';
import { serviceUnavailable } from '@strongroom/errors';
import { replaceIfSilent } from '@strongroom/redis';
import type { Logger } from '@strongroom/telemetry';
import { inSpan, traceparent } from '@strongroom/tracing';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { connectionToAdd, DEFAULT_PREFIX, type JobsConnection } from './connection';
import type { JobDefinition } from './job-definition';

const PATIENCE_MS = 2_000;

export interface JobQueue<Data> {
  /**
   * Adds a job, which runs in `delayMs` at the earliest. Does nothing if one with its id exists. Rejects with
   * ServiceUnavailableException if Redis is unreachable.
   */
  add(data: Data, options?: { delayMs?: number }): Promise<void>;
  /** Adds many jobs in one round trip, with the same rules. */
  addAll(data: readonly Data[]): Promise<void>;
  close(): Promise<void>;
}

export function createJobQueue<Data>(
  definition: JobDefinition<Data>,
  { redis, prefix = DEFAULT_PREFIX, logger }: JobsConnection & { logger: Logger },
): JobQueue<Data> {
  // We make the connection ourselves: BullMQ would not close one that was never established.
  const connection = new Redis(connectionToAdd(redis));
  connection.on('error', () => undefined);
  const queue = new Queue(definition.queue, {
    connection,
    prefix,
    defaultJobOptions: {
      attempts: definition.attempts,
      backoff: { type: 'exponential', delay: definition.backoffMs, jitter: 0.5 },
      // Ids are free again once the work is done or abandoned, so that a scan can request it again.
      removeOnComplete: true,
      removeOnFail: true,
      // Stacks may show values, so they must not be stored in Redis.
      stackTraceLimit: 0,
    },
  });
  queue.on('error', (error) => logger.warn('the connection of a queue has failed', { queue: definition.queue, error }));
  const adding = {
    kind: 'producer',
    fields: { 'messaging.system': 'bullmq', 'messaging.destination.name': definition.queue, 'messaging.operation.type': 'send' },
  } as const;
  const jobOf = (data: Data, { delayMs = 0 }: { delayMs?: number } = {}) => {
    const checked = definition.parse(data);
    // BullMQ takes jobs with a priority, of any number, after all jobs without one, also when they return from a delay.
    const priority = definition.yields(checked) ? 1 : 0;
    const metadata = traceparent();
    const telemetry = metadata === undefined ? undefined : { metadata };
    const opts = { jobId: definition.idOf(checked), delay: Math.max(0, delayMs), priority, telemetry };
    return { name: definition.queue, data: checked, opts };
  };
  /** BullMQ waits for its connection without a limit. A job that is added late after all does no harm. */
  const added = async (adding: Promise<unknown>) => {
    try {
      await within(adding, PATIENCE_MS);
    } catch (error) {
      replaceIfSilent(connection, error);
      throw serviceUnavailable('the job queue is unavailable', { cause: error });
    }
  };
  return {
    add: (data, options) =>
      inSpan(`send ${definition.queue}`, adding, async () => {
        const { name, data: checked, opts } = jobOf(data, options);
        await added(queue.add(name, checked, opts));
      }),
    addAll: (all) =>
      inSpan(`send ${definition.queue}`, adding, async () => {
        const jobs = all.map((data) => jobOf(data));
        if (jobs.length > 0) await added(queue.addBulk(jobs));
      }),
    async close() {
      await within(queue.close(), PATIENCE_MS).catch(() => undefined);
      connection.disconnect();
    },
  };
}
