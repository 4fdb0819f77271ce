import type { RandomSource } from '@strongroom/random';
import { encodeAfter, requireWellFormed, type EncryptionContext } from './encryption-context';
import { forget } from './forget';
import { invalidCiphertext } from './invalid-ciphertext';
import { IV_LENGTH, KEY_LENGTH, TAG_LENGTH, decrypt, encrypt } from './primitives';

/** A version's value; `text` for a SecretString, `bytes` for a SecretBinary. */
export type SecretValue = { kind: 'string'; text: string } | { kind: 'binary'; bytes: Buffer };

/** The place to which a value belongs. A value stored under one place does not open under another. */
export interface SecretPlace {
  secretArn: string;
  secretVersionId: string;
}

/** Bytes of a data key. */
export const DATA_KEY_LENGTH = KEY_LENGTH;

const SECRET_VALUE_VERSION = 1;
const KIND_STRING = 1;
const KIND_BINARY = 2;
const IV_OFFSET = 2;
const HEADER_LENGTH = IV_OFFSET + IV_LENGTH;

/** The encryption context of a secret version's data key and of its value, as Secrets Manager has it. */
export function secretEncryptionContext(place: SecretPlace): EncryptionContext {
  return {
    SecretARN: place.secretArn,
    SecretVersionId: place.secretVersionId,
  };
}

/**
 * A value as it rests: version byte, kind byte, initialisation vector (12), ciphertext, tag (16). All of it, and the
 * place, is authenticated.
 *
 * @param dataKey 32 bytes, made for this one value; the caller forgets it afterwards
 * @throws DomainError ValidationException for a text that is not well-formed Unicode
 */
export function sealSecretValue(dataKey: Uint8Array, place: SecretPlace, value: SecretValue, random: RandomSource): Buffer {
  const header = Buffer.allocUnsafe(HEADER_LENGTH);
  header[0] = SECRET_VALUE_VERSION;
  header[1] = value.kind === 'string' ? KIND_STRING : KIND_BINARY;
  // A data key encrypts one value, so a constant vector would do. A random one protects against mistakes: if a caller ever used a
  // data key twice, 96 random bits would keep the vectors different, while a constant would reveal both values.
  header.set(random.bytes(IV_LENGTH), IV_OFFSET);
  const additional = encodeAfter(header, secretEncryptionContext(place));
  if (value.kind === 'binary') return encrypt(header, dataKey, header.subarray(IV_OFFSET), additional, value.bytes);
  requireWellFormed(value.text, 'SecretString');
  const plaintext = Buffer.from(value.text);
  try {
    return encrypt(header, dataKey, header.subarray(IV_OFFSET), additional, plaintext);
  } finally {
    forget(plaintext);
  }
}

/** @throws DomainError InvalidCiphertextException */
export function openSecretValue(dataKey: Uint8Array, place: SecretPlace, sealed: Buffer): SecretValue {
  const kind = sealed[1];
  if (
    sealed.length < HEADER_LENGTH + TAG_LENGTH ||
    sealed[0] !== SECRET_VALUE_VERSION ||
    (kind !== KIND_STRING && kind !== KIND_BINARY)
  ) {
    throw invalidCiphertext();
  }
  const header = sealed.subarray(0, HEADER_LENGTH);
  const additional = encodeAfter(header, secretEncryptionContext(place));
  const plaintext = decrypt(sealed.subarray(HEADER_LENGTH), dataKey, header.subarray(IV_OFFSET), additional);
  if (kind === KIND_BINARY) return { kind: 'binary', bytes: plaintext };
  const text = plaintext.toString('utf8');
  forget(plaintext);
  return { kind: 'string', text };
}
