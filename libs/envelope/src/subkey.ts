import { timingSafeEqual } from 'node:crypto';
import type { RandomSource } from '@strongroom/random';
import { encodeAfter, type EncryptionContext } from './encryption-context';
import { forget } from './forget';
import { invalidCiphertext } from './invalid-ciphertext';
import { IV_LENGTH, NONCE_LENGTH, TAG_LENGTH, decrypt, encrypt, expand, extract, type ExpandLabel } from './primitives';

/** Bytes of a commitment. Whoever can make two openings of one commitment has a collision of SHA-256, about 2^128 hashes. */
export const COMMITMENT_LENGTH = 32;

export interface SubkeyFormat {
  /** Bytes before the nonce. */
  prefixLength: number;
  /** Under which the key of a message is derived. */
  label: ExpandLabel;
  /**
   * Under which the commitment is derived, in a format whose ciphertexts open under one key and in one context only: needed
   * where somebody can choose the long-lived key (docs/adr/0016-key-commitment.md).
   */
  commitmentLabel?: ExpandLabel;
}

/** The number of bytes by which a ciphertext is longer than its plaintext. */
export function overheadOf({ prefixLength, commitmentLabel }: SubkeyFormat): number {
  return prefixLength + NONCE_LENGTH + (commitmentLabel ? COMMITMENT_LENGTH : 0) + TAG_LENGTH;
}

/**
 * Encryption with a key that lives long and encrypts any number of messages: each message gets its own key, derived from the
 * long-lived key and 32 random bytes, the nonce. Two messages share a subkey only if their nonces collide, which takes about
 * 2^128 messages. So the subkey encrypts one message, and any initialisation vector is safe with it. The nonce's first 12 bytes
 * serve as the vector: they cost nothing, and still differ between messages.
 * Layout: prefix, nonce (32), commitment (32) if the format has one, ciphertext, tag (16). Prefix, nonce and encryption context
 * are authenticated; the commitment is recomputed from the key and all of these.
 */
export function sealUnderSubkey(
  key: Uint8Array,
  format: SubkeyFormat,
  prefix: Uint8Array,
  plaintext: Uint8Array,
  context: EncryptionContext,
  random: RandomSource,
): Buffer {
  const nonce = random.bytes(NONCE_LENGTH);
  const bound = encodeAfter(Buffer.concat([prefix, nonce]), context);
  const { subkey, commitment } = derive(key, nonce, format, bound);
  const header = Buffer.concat(commitment ? [prefix, nonce, commitment] : [prefix, nonce]);
  const sealed = encrypt(header, subkey, nonce.subarray(0, IV_LENGTH), bound, plaintext);
  forget(subkey);
  return sealed;
}

/** @throws DomainError InvalidCiphertextException */
export function openUnderSubkey(key: Uint8Array, format: SubkeyFormat, sealed: Buffer, context: EncryptionContext): Buffer {
  if (sealed.length < overheadOf(format)) throw invalidCiphertext();
  const nonceEnd = format.prefixLength + NONCE_LENGTH;
  const headerLength = overheadOf(format) - TAG_LENGTH;
  const nonce = sealed.subarray(format.prefixLength, nonceEnd);
  const bound = encodeAfter(sealed.subarray(0, nonceEnd), context);
  const { subkey, commitment } = derive(key, nonce, format, bound);
  try {
    if (commitment && !timingSafeEqual(commitment, sealed.subarray(nonceEnd, headerLength))) throw invalidCiphertext();
    return decrypt(sealed.subarray(headerLength), subkey, nonce.subarray(0, IV_LENGTH), bound);
  } finally {
    forget(subkey);
  }
}

function derive(
  key: Uint8Array,
  nonce: Uint8Array,
  { label, commitmentLabel }: SubkeyFormat,
  bound: Uint8Array,
): { subkey: Buffer; commitment?: Buffer } {
  const pseudorandomKey = extract(key, nonce);
  const subkey = expand(pseudorandomKey, label);
  const commitment = commitmentLabel && expand(pseudorandomKey, commitmentLabel, bound);
  forget(pseudorandomKey);
  return { subkey, commitment };
}
