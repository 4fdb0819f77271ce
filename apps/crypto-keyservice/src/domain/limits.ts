import type { EncryptionContext } from '@strongroom/envelope';
import { invalidMarker, invalidTag, validationFailed } from './key-errors';

const MAX_PLAINTEXT = 4_096;
const MAX_CIPHERTEXT = 6_144;
const MAX_CONTEXT = 8_192;
const MAX_RANDOM = 1_024;
const MAX_DESCRIPTION = 8_192;
const MAX_TAGS = 50;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ALIAS = /^alias\/[A-Za-z0-9/_-]{1,250}$/;

// Each returns what it was given, or throws a DomainError with KMS's name for it.

export function requirePlaintext(plaintext: Buffer): Buffer {
  if (plaintext.length < 1 || plaintext.length > MAX_PLAINTEXT) {
    throw validationFailed(`Plaintext must have 1 to ${MAX_PLAINTEXT} bytes.`);
  }
  return plaintext;
}

export function requireCiphertext(blob: Buffer): Buffer {
  if (blob.length < 1 || blob.length > MAX_CIPHERTEXT) {
    throw validationFailed(`CiphertextBlob must have 1 to ${MAX_CIPHERTEXT} bytes.`);
  }
  return blob;
}

export function requireContext(context: EncryptionContext): EncryptionContext {
  let size = 0;
  for (const [key, value] of Object.entries(context)) size += Buffer.byteLength(key) + Buffer.byteLength(value);
  if (size > MAX_CONTEXT) throw validationFailed(`EncryptionContext must have at most ${MAX_CONTEXT} bytes in all.`);
  return context;
}

export function requireNumberOfBytes(numberOfBytes: number): number {
  if (numberOfBytes < 1 || numberOfBytes > MAX_RANDOM) {
    throw validationFailed(`NumberOfBytes must be 1 to ${MAX_RANDOM}.`);
  }
  return numberOfBytes;
}

/** Characters are Unicode code points. */
export function requireDescription(description: string): string {
  if ([...description].length > MAX_DESCRIPTION) {
    throw validationFailed(`Description must have at most ${MAX_DESCRIPTION} characters.`);
  }
  return description;
}

export function requireTags(tags: readonly { key: string; value: string }[]): Record<string, string> {
  if (tags.length > MAX_TAGS) throw invalidTag(`Tags must be at most ${MAX_TAGS}.`);
  const byKey = new Map<string, string>();
  for (const { key, value } of tags) {
    const length = [...key].length;
    if (length < 1 || length > 128) throw invalidTag('A TagKey must have 1 to 128 characters.');
    if ([...value].length > 256) throw invalidTag('A TagValue must have at most 256 characters.');
    if (key.toLowerCase().startsWith('aws:')) throw invalidTag('A TagKey must not begin with aws:.');
    if (byKey.has(key)) throw invalidTag('Tags must not name a TagKey twice.');
    byKey.set(key, value);
  }
  return Object.fromEntries(byKey);
}

export function requireLimit(limit: number | undefined, { byDefault, most }: { byDefault: number; most: number }): number {
  const value = limit ?? byDefault;
  if (value < 1 || value > most) throw validationFailed(`Limit must be 1 to ${most}.`);
  return value;
}

/** Lists of keys go on after the id that the marker is; lists of aliases after the name in it. */
export function requireKeyMarker(marker: string): string {
  if (marker !== '' && !UUID.test(marker)) throw invalidMarker('Marker must be the NextMarker of a former answer.');
  return marker;
}

export function requireAliasMarker(marker: string): string {
  if (marker !== '' && !ALIAS.test(marker)) throw invalidMarker('Marker must be the NextMarker of a former answer.');
  return marker;
}
