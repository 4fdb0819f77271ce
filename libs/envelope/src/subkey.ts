import type { RandomSource } from '@strongroom/random';
import { encodeAfter, type EncryptionContext } from './encryption-context';
import { forget } from './forget';
import { invalidCiphertext } from './invalid-ciphertext';
import { IV_LENGTH, NONCE_LENGTH, TAG_LENGTH, decrypt, deriveKey, encrypt, type ExpandLabel } from './primitives';

/**
 * Encryption with a key that lives long and encrypts any number of messages: each message gets its own key, derived from the
 * long-lived key and 32 random bytes, the nonce. Two messages share a subkey only if their nonces collide, which takes about
 * 2^128 messages. So the subkey encrypts one message, and any initialisation vector is safe with it. The nonce's first 12 bytes
 * serve as the vector: they cost nothing, and still differ between messages.
 * Layout: prefix, nonce (32), ciphertext, tag (16). Prefix, nonce and encryption context are authenticated.
 */
export function sealUnderSubkey(
  key: Uint8Array,
  label: ExpandLabel,
  prefix: Uint8Array,
  plaintext: Uint8Array,
  context: EncryptionContext,
  random: RandomSource,
): Buffer {
  const nonce = random.bytes(NONCE_LENGTH);
  const header = Buffer.concat([prefix, nonce]);
  const additional = encodeAfter(header, context);
  const subkey = deriveKey(key, nonce, label);
  const sealed = encrypt(header, subkey, nonce.subarray(0, IV_LENGTH), additional, plaintext);
  forget(subkey);
  return sealed;
}

/** @throws DomainError InvalidCiphertextException */
export function openUnderSubkey(
  key: Uint8Array,
  label: ExpandLabel,
  prefixLength: number,
  sealed: Buffer,
  context: EncryptionContext,
): Buffer {
  const headerLength = prefixLength + NONCE_LENGTH;
  if (sealed.length < headerLength + TAG_LENGTH) throw invalidCiphertext();
  const nonce = sealed.subarray(prefixLength, headerLength);
  const additional = encodeAfter(sealed.subarray(0, headerLength), context);
  const subkey = deriveKey(key, nonce, label);
  try {
    return decrypt(sealed.subarray(headerLength), subkey, nonce.subarray(0, IV_LENGTH), additional);
  } finally {
    forget(subkey);
  }
}
