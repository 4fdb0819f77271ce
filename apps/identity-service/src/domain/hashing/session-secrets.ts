import { createHash, timingSafeEqual } from 'node:crypto';

/** Equal in constant time, whatever the lengths: both sides are hashed first. */
export const equalInConstantTime = (one: Uint8Array, other: Uint8Array): boolean =>
  timingSafeEqual(createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest());

/**
 * SHA-256 of a session token, which is stored in its place. A token has 256 random bits, so it needs no salt and no slow hash.
 */
export const hashOfToken = (token: string): Buffer => createHash('sha256').update(token).digest();
