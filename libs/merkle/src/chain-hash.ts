import { hash } from 'node:crypto';

/**
 * The hash before the first event of an account's chain: it binds the account into every hash after it, so no event can be moved
 * into another account's chain.
 */
export function chainStart(accountId: string): Buffer {
  return hash('sha256', `strongroom audit chain 1:${accountId}`, 'buffer');
}

/**
 * SHA-256 over the previous hash (32 bytes), the sequence (64 bits, big-endian) and the event's encoding (UTF-8). The first two
 * have a fixed length, so no part can run into the next.
 */
export function chainHash(previous: Buffer, sequence: number, encodedEvent: string): Buffer {
  const place = Buffer.alloc(8);
  place.writeBigUInt64BE(BigInt(sequence));
  return hash('sha256', Buffer.concat([previous, place, Buffer.from(encodedEvent, 'utf8')]), 'buffer');
}
