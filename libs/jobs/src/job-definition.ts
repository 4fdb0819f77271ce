import { z } from 'zod';
import type { JobField } from './job-fields';

/** A kind of job, known to those who add and to those who work. */
export interface JobDefinition<Data> {
  /** The queue's name: lower-case words with hyphens. One kind of job a queue. */
  readonly queue: string;
  /** Throws on data that is not of this kind. */
  parse(data: unknown): Data;
  /**
   * The same work has the same id, so that adding it again while it waits or runs adds nothing. Whoever works must be
   * idempotent all the same: a finished job's id is free again.
   */
  idOf(data: Data): string;
  /** Whether a job is taken only while none waits that does not yield. */
  yields(data: Data): boolean;
  /** How often a job is tried in all; between tries the delay doubles from `backoffMs` on, with jitter. */
  readonly attempts: number;
  readonly backoffMs: number;
}

export interface JobOptions<Shape extends Record<string, JobField>> {
  queue: string;
  fields: Shape;
  /** The parts of the id, in order; joined by `-`. */
  id(data: z.infer<z.ZodObject<Shape>>): readonly (string | number)[];
  /** Default: no job yields to another. */
  yields?(data: z.infer<z.ZodObject<Shape>>): boolean;
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
    parse: (data) => schema.parse(data) as z.infer<z.ZodObject<Shape>>,
    // BullMQ refuses ids that are a number alone or hold colons.
    idOf: (data) => [queue, ...id(data)].join('-').replaceAll(':', '_'),
  };
}
