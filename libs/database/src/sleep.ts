import { setTimeout } from 'node:timers/promises';

export const sleep = (milliseconds: number): Promise<void> => setTimeout(milliseconds);

/** A delay before another attempt: grows with the attempts, and is spread so that many callers do not come back at once. */
export const backoff = (attempt: number, random = Math.random): number => Math.min(20 * 2 ** attempt, 500) * (0.5 + random() / 2);
