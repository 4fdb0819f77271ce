import { randomInteger, type RandomSource, systemRandom } from './random-source';

/** Milliseconds. */
export interface BackoffRange {
  /** The most that is waited before the first repetition. */
  readonly first: number;
  /** The most that is waited at all. */
  readonly longest: number;
}

/**
 * The wait before another attempt, in milliseconds: its most doubles with each attempt, and half of it is random, so that many
 * callers do not return at once.
 *
 * @param attempt the repetitions before this one, from 0
 */
export function backoff(attempt: number, { first, longest }: BackoffRange, random: RandomSource = systemRandom): number {
  const most = Math.min(first * 2 ** Math.min(attempt, 30), longest);
  return most / 2 + randomInteger(random, Math.ceil(most / 2) + 1);
}
