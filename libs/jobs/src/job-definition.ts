import { z } from 'zod';
import type { JobField } from './job-fields';

/** A kind of job, shared by those who add jobs and those who run them. */
export interface JobDefinition<Data> {
  /** The queue's name: lower-case words with hyphens. Each queue has one kind of job. */
  readonly queue: string;
  /** @throws Error if the data is not of this kind */
  parse(data: unknown): Data;
  /**
   * The same work has the same id, so adding it again while it waits or runs does nothing. Workers must still be idempotent: the
   * id of a finished job is free again.
   */
  idOf(data: Data): string;
  /** Whether a worker takes this job only while no job waits that does not yield. */
  yields(data: Data): boolean;
  /** The number of attempts in all; between attempts the delay doubles, starting with `backoffMs`, with jitter. */
  readonly attempts: number;
  readonly backoffMs: number;
}

export interface JobOptions<Shape extends Record<string, JobField>> {
  queue: string;
  fields: Shape;
  /** The parts of the id, in order; joined by `-`. */
  id: (data: z.infer<z.ZodObject<Shape>>) => readonly (string | number)[];
  /** Default: no job yields to another. */
  yields?: (data: z.infer<z.ZodObject<Shape>>) => boolean;
  attempts?: number;
  backoffMs?: number;
}

export function defineJob<Shape extends Record<string, JobField>>(
  options: JobOptions<Shape>,
): JobDefinition<z.infer<z.ZodObject<Shape>>> {
  const { queue, fields, id, yields = () => false, attempts = 5, backoffMs = 1_000 } = options;
  if (!/^[a-z]+(-[a-z]+)*$/.test(queue)) throw new RangeError(`a queue's name is lower-case words with hyphens, not ${queue}`);
  const schema = z.strictObject(fields);
  return {
    queue,
    attempts,
    backoffMs,
    yields,
    parse: (data) => schema.parse(data),
    // BullMQ refuses ids that are numbers or contain colons.
    idOf: (data) => [queue, ...id(data)].join('-').replaceAll(':', '_'),
  };
}
