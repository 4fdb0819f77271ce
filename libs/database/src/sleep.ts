import { setTimeout } from 'node:timers/promises';

export const sleep = (milliseconds: number): Promise<void> => setTimeout(milliseconds);

/** The delay before another attempt. It grows with the attempts, and has jitter, so that many callers do not return at once. */
export const backoff = (attempt: number, random = Math.random): number => Math.min(20 * 2 ** attempt, 500) * (0.5 + random() / 2);
