import { z } from 'zod';

/**
 * The fields of job data. Redis stores jobs in clear text, also in its dumps, so they hold names and never values. A worker that
 * needs a value asks for it, and is authorised and audited for that. There is no field for free text on purpose.
 */
export const jobFields = {
  /** An id, a name or an ARN: 1 to 2,048 printable ASCII characters without spaces. */
  name: () => z.string().regex(/^[\x21-\x7e]{1,2048}$/, 'must be 1 to 2,048 printable ASCII characters without spaces'),
  /** A database id or a count: an exact integer from 0. */
  number: () => z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  /** Milliseconds since the Unix epoch. */
  instant: () => z.number().int().min(0).max(8_640_000_000_000_000),
};

export type JobField = ReturnType<(typeof jobFields)[keyof typeof jobFields]>;
