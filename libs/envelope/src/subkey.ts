import { timingSafeEqual } from 'node:crypto';
import type { RandomSource } from '@strongroom/random';
import { encodeAfter, type EncryptionContext } from './encryption-context';
import { forget } from './forget';
import { invalidCiphertext } from './invalid-ciphertext';
import {
  IV_LENGTH,
  KEY_LENGTH,
  NONCE_LENGTH,
  TAG_LENGTH,
  CounterLabel,
  decrypt,
  deriveBound,
  deriveKey,
  encrypt,
  type ExpandLabel,
} from './primitives';

/** Bytes of a commitment. Two openings of one are a collision of half of HMAC-SHA-512, which takes about 2^128 hashes. */
export const COMMITMENT_LENGTH = 32;

export interface SubkeyFormat {
  /** Bytes before the nonce. */
  prefixLength: number;
  /**
   * Under which the key of a message is derived. With a `CounterLabel`, a commitment is derived too, and ciphertexts open
   * under one key and in one context only: needed where somebody can choose the long-lived key (docs/adr/0016-key-commitment.md).
   */
  label: ExpandLabel | CounterLabel;
}

/** The number of bytes by which a ciphertext is longer than its plaintext. */
export function overheadOf({ prefixLength, label }: SubkeyFormat): number {
  return prefixLength + NONCE_LENGTH + (label instanceof CounterLabel ? COMMITMENT_LENGTH : 0) + TAG_LENGTH;
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
  const { subkey, commitment } = deriveSubkey(key, nonce, format, bound);
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
  const { subkey, commitment } = deriveSubkey(key, nonce, format, bound);
  try {
    if (commitment && !timingSafeEqual(commitment, sealed.subarray(nonceEnd, headerLength))) throw invalidCiphertext();
    return decrypt(sealed.subarray(headerLength), subkey, nonce.subarray(0, IV_LENGTH), bound);
  } finally {
    forget(subkey);
  }
}

/** The key of one message, and its commitment in a format that has one. The caller forgets the key. */
export function deriveSubkey(
  key: Uint8Array,
  nonce: Uint8Array,
  { label }: SubkeyFormat,
  bound: Uint8Array,
): { subkey: Buffer; commitment?: Buffer } {
  if (!(label instanceof CounterLabel)) return { subkey: deriveKey(key, nonce, label) };
  const derived = deriveBound(key, label, bound);
  return { subkey: derived.subarray(0, KEY_LENGTH), commitment: derived.subarray(KEY_LENGTH) };
}
