import { setTimeout } from 'node:timers/promises';

export function sleep(milliseconds: number): Promise<void> {
  return setTimeout(milliseconds);
}
