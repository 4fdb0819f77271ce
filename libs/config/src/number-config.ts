import { z } from 'zod';
import { type Environment, readEnvironment } from './environment';

/** The whole number that `variable` holds, or `fallback` where it is not set. @throws ConfigError */
export function numberOf(
  env: Environment,
  variable: `STRONGROOM_${string}`,
  { min, max, fallback }: { min: number; max: number; fallback: number },
): number {
  const rule = `must be a whole number from ${min} to ${max}`;
  const number = z
    .string()
    .refine((text) => /^\d{1,12}$/.test(text) && Number(text) >= min && Number(text) <= max, { error: rule })
    .transform(Number)
    .default(fallback);
  return readEnvironment(env, { [variable]: number })[variable]!;
}
