import { setTimeout } from 'node:timers/promises';

export function sleep(milliseconds: number): Promise<void> {
  return setTimeout(milliseconds);
}

/** The delay before another attempt. It grows with the attempts, and has jitter, so that many callers do not return at once. */
export function backoff(attempt: number, random = Math.random): number {
  return Math.min(20 * 2 ** attempt, 500) * (0.5 + random() / 2);
}
