import { createHash, timingSafeEqual } from 'node:crypto';
import type { SecretValue } from '@strongroom/envelope';

/** 16 bytes of SHA-256 over the parts, base64url. The parts cannot run into each other. */
export function digestOf(...parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16).toString('base64url');
}

/** Whether two values are equal, in a time that reveals only their lengths. */
export function sameValue(a: SecretValue, b: SecretValue): boolean {
  if (a.kind !== b.kind) return false;
  const [left, right] = [bytesOf(a), bytesOf(b)];
  try {
    return left.length === right.length && timingSafeEqual(left, right);
  } finally {
    // These are copies of texts; the bytes of binary values belong to their owners.
    if (a.kind === 'string') left.fill(0);
    if (b.kind === 'string') right.fill(0);
  }
}

const bytesOf = (value: SecretValue): Buffer => (value.kind === 'string' ? Buffer.from(value.text) : value.bytes);
