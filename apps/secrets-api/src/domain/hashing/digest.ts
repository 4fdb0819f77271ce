import { createHash, timingSafeEqual } from 'node:crypto';
import type { SecretValue } from '@strongroom/envelope';

/** 16 bytes of SHA-256 over the parts, base64url. Parts can't run into each other. */
export const digestOf = (...parts: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16).toString('base64url');

/** Whether two values are the same, in a time that tells only their lengths. */
export function sameValue(a: SecretValue, b: SecretValue): boolean {
  if (a.kind !== b.kind) return false;
  const [left, right] = [bytesOf(a), bytesOf(b)];
  try {
    return left.length === right.length && timingSafeEqual(left, right);
  } finally {
    // Copies of texts; the bytes of binary values are their owners'.
    if (a.kind === 'string') left.fill(0);
    if (b.kind === 'string') right.fill(0);
  }
}

const bytesOf = (value: SecretValue): Buffer => (value.kind === 'string' ? Buffer.from(value.text) : value.bytes);
