import type { Logger } from '@strongroom/telemetry';
import { UnrecoverableError, Worker } from 'bullmq';
import { connectionToWork, DEFAULT_PREFIX, type JobsConnection } from './connection';
import type { JobDefinition } from './job-definition';
import { within } from './patience';

/** A job that takes longer is given to another worker, once its lock has run out. */
const CLOSE_MS = 10_000;

export interface JobWorkerOptions<Data> extends JobsConnection {
  /** Does the work, idempotently; rejecting has it tried again later. */
  process(data: Data): Promise<void>;
  /** Jobs at a time, default 1. */
  concurrency?: number;
  /** After this long without a sign of life a job is given to another worker, milliseconds. Default 30,000. */
  lockMs?: number;
  logger: Logger;
}

export interface JobWorker {
  /** Takes no more jobs and waits for those at work. */
  close(): Promise<void>;
}

export function startJobWorker<Data>(definition: JobDefinition<Data>, options: JobWorkerOptions<Data>): JobWorker {
  const { logger, redis, prefix = DEFAULT_PREFIX } = options;
  const worker = new Worker(
    definition.queue,
    async (job) => {
      await options.process(parse(definition, job.data));
    },
    {
      connection: connectionToWork(redis),
      prefix,
      concurrency: options.concurrency ?? 1,
      lockDuration: options.lockMs ?? 30_000,
    },
  );
  worker.on('error', (error) => logger.warn('the connection of a worker has failed', { queue: definition.queue, error }));
  worker.on('failed', (job, error) =>
    logger.error('a job has failed', { queue: definition.queue, job: job?.id, attempt: job?.attemptsMade, error }),
  );
  return { close: () => within(CLOSE_MS, worker.close()).catch(() => worker.disconnect()) };
}

/** What is not of this kind will not become so: it is not tried again. */
function parse<Data>(definition: JobDefinition<Data>, data: unknown): Data {
  try {
    return definition.parse(data);
  } catch {
    throw new UnrecoverableError(`the data of a job in ${definition.queue} is malformed`);
  }
}
