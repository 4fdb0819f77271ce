import { createHash, type Hash } from 'node:crypto';

/** SHA-256 of what is added bit by bit. */
export const runningDigest = (): Hash => createHash('sha256');

/**
 * An id that is always the same for the same parts, in the form of a UUID of version 8. The parts are names and numbers, never
 * values: everybody who may list versions sees it.
 */
export const idOf = (...parts: readonly string[]): string => {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};
