import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Lower-case hexadecimal. Texts are hashed as the bytes that were sent, because Node reads headers as Latin-1. */
export const sha256Hex = (data: Uint8Array | string): string => {
  const hash = createHash('sha256');
  return (typeof data === 'string' ? hash.update(data, 'latin1') : hash.update(data)).digest('hex');
};

export const hmacHex = (key: Uint8Array, text: string): string => createHmac('sha256', key).update(text).digest('hex');

/** Whether two hexadecimal digests are equal, in a time that does not reveal where they differ. */
export const equalDigests = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
