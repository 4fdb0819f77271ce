import { createHash, timingSafeEqual } from 'node:crypto';

/** Equal in constant time, whatever the lengths: both sides are hashed first. */
export const equalInConstantTime = (one: Uint8Array, other: Uint8Array): boolean =>
  timingSafeEqual(createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest());

/** SHA-256 of a session token: what is stored in its stead. A token has 256 random bits, so that no salt and no slow hash is needed. */
export const hashOfToken = (token: string): Buffer => createHash('sha256').update(token).digest();
