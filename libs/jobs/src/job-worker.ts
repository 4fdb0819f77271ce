import { within } from '@strongroom/clock';
import { replaceWhenSilent } from '@strongroom/redis';
import type { Logger } from '@strongroom/telemetry';
import { inEntrySpan, type Span } from '@strongroom/tracing';
import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { connectionToWork, DEFAULT_PREFIX, type JobsConnection } from './connection';
import type { JobDefinition } from './job-definition';
import { PostponedJob } from './postponed-job';

/** The time that closing waits for running jobs; a longer one goes to another worker once its lock has expired. */
const CLOSE_MS = 10_000;
/** The number of times that a job may lose its worker before it is dropped; the scan for lost work then finds it. */
const MAX_STALLED = 5;
/** How often a worker looks whether Redis still answers. Milliseconds. */
const PULSE_MS = 3_000;

/** What a worker knows about a job. */
export interface JobTry {
  /** No further attempts follow if this one fails. */
  isLast: boolean;
  /**
   * Aborts when the worker closes and stops waiting for running jobs. The job must then throw PostponedJob, and goes to another
   * worker.
   */
  signal: AbortSignal;
  /** Where the work is traced. */
  span?: Span;
}

export interface JobWorkerOptions<Data> extends JobsConnection {
  /**
   * Does the work, idempotently. If it rejects, the job is tried again later. Redis stores the error's message until then, so it
   * must contain no values.
   */
  process(data: Data, current: JobTry): Promise<void>;
  /** Jobs at a time, default 1. */
  concurrency?: number;
  /** After this time without a sign of life, a job goes to another worker; milliseconds. Default 30,000. */
  lockMs?: number;
  logger: Logger;
}

export interface JobWorker {
  /** Takes no more jobs and waits for the running ones; after `patienceMs`, default 10,000, their signal aborts. */
  close(patienceMs?: number): Promise<void>;
}

export function startJobWorker<Data>(definition: JobDefinition<Data>, options: JobWorkerOptions<Data>): JobWorker {
  const { logger, redis, prefix = DEFAULT_PREFIX, lockMs = 30_000 } = options;
  const working = {
    kind: 'consumer',
    fields: {
      'messaging.system': 'bullmq',
      'messaging.destination.name': definition.queue,
      'messaging.operation.type': 'process',
    },
  } as const;
  const closing = new AbortController();
  // The one that does not block. BullMQ makes the other one alike, and looks itself whether it still answers.
  const connection = new Redis(connectionToWork(redis));
  connection.on('error', () => undefined);
  const endPulse = replaceWhenSilent(connection, PULSE_MS);
  const worker = new Worker(
    definition.queue,
    async (job, token) => {
      const data = parse(definition, job.data);
      const isLast = job.attemptsMade + 1 >= definition.attempts;
      try {
        const parent = { traceparent: job.opts.telemetry?.metadata, isTrusted: true };
        await inEntrySpan(`process ${definition.queue}`, { ...working, ...parent }, (span) =>
          options.process(data, { isLast, signal: closing.signal, span }),
        );
      } catch (error) {
        if (error instanceof PostponedJob) await putBack(job, error.delayMs, token);
        throw error;
      }
    },
    {
      connection,
      prefix,
      concurrency: options.concurrency ?? 1,
      lockDuration: lockMs,
      stalledInterval: lockMs,
      maxStalledCount: MAX_STALLED,
    },
  );
  worker.on('error', (error) => logger.warn('the connection of a worker has failed', { queue: definition.queue, error }));
  worker.on('failed', (job, error) =>
    logger.error('a job has failed', { queue: definition.queue, job: job?.id, attempt: job?.attemptsMade, error }),
  );
  return {
    async close(patienceMs = CLOSE_MS) {
      const impatience = setTimeout(() => closing.abort(), patienceMs);
      await within(worker.close(), patienceMs + CLOSE_MS)
        .catch(() => worker.disconnect())
        .finally(() => {
          clearTimeout(impatience);
          endPulse();
          connection.disconnect();
        });
    },
  };
}

/** Never returns. */
async function putBack(job: Job, delayMs: number, token: string | undefined): Promise<never> {
  await job.moveToDelayed(Date.now() + delayMs, token);
  throw new DelayedError();
}

/** Malformed data will not improve, so the job is not tried again. */
function parse<Data>(definition: JobDefinition<Data>, data: unknown): Data {
  try {
    return definition.parse(data);
  } catch {
    throw new UnrecoverableError(`the data of a job in ${definition.queue} is malformed`);
  }
}
