import { SECOND } from '@strongroom/clock';
import type { RotationWindow } from './window';

/**
 * The second in the window at which the secret named by `key` (such as an ARN) rotates. It is always the same for one key, and
 * evenly spread over all keys, so that secrets with one schedule do not all rotate at once.
 */
export function momentIn({ start, end }: RotationWindow, key: string): Date {
  const seconds = Math.floor((end.getTime() - start.getTime()) / SECOND);
  return new Date(start.getTime() + Math.floor(fractionOf(`${key} ${start.getTime()}`) * seconds) * SECOND);
}

/** FNV-1a with MurmurHash3's finalizer, as a number in [0, 1). It need not be hard to guess. */
function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
