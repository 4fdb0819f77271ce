import { serviceUnavailable } from '@strongroom/errors';
import type { Logger } from '@strongroom/telemetry';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { connectionToAdd, DEFAULT_PREFIX, type JobsConnection } from './connection';
import type { JobDefinition } from './job-definition';
import { within } from './patience';

const PATIENCE_MS = 2_000;

export interface JobQueue<Data> {
  /**
   * Adds a job, to be worked on in `delayMs` at the earliest; does nothing when one with its id is there already. Rejects with
   * ServiceUnavailableException when Redis is away.
   */
  add(data: Data, options?: { delayMs?: number }): Promise<void>;
  close(): Promise<void>;
}

export function createJobQueue<Data>(
  definition: JobDefinition<Data>,
  { redis, prefix = DEFAULT_PREFIX, logger }: JobsConnection & { logger: Logger },
): JobQueue<Data> {
  // Our own connection: BullMQ would not let go of one that never came about.
  const connection = new Redis(connectionToAdd(redis));
  connection.on('error', () => undefined);
  const queue = new Queue(definition.queue, {
    connection,
    prefix,
    defaultJobOptions: {
      attempts: definition.attempts,
      backoff: { type: 'exponential', delay: definition.backoffMs, jitter: 0.5 },
      // Ids are free again once the work is done or given up, so that a scan can ask for it anew.
      removeOnComplete: true,
      removeOnFail: true,
    },
  });
  queue.on('error', (error) => logger.warn('the connection of a queue has failed', { queue: definition.queue, error }));
  return {
    async add(data, { delayMs = 0 } = {}) {
      const checked = definition.parse(data);
      try {
        // BullMQ waits for its connection without end. What is added late, after all, does no harm.
        const options = { jobId: definition.idOf(checked), delay: Math.max(0, delayMs) };
        await within(PATIENCE_MS, queue.add(definition.queue, checked, options));
      } catch (error) {
        throw serviceUnavailable('the job queue is away', { cause: error });
      }
    },
    async close() {
      await within(PATIENCE_MS, queue.close()).catch(() => undefined);
      connection.disconnect();
    },
  };
}
