import type { EncryptionContext } from '@strongroom/envelope';
import { inRange, keyNumbers, keyTexts, type NumberRule, obeys } from '@strongroom/field-rules';
import { invalidMarker, invalidTag, validationFailed } from './key-errors';

const MAX_CONTEXT = 8_192;
const MAX_TAGS = 50;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

// Each function returns its argument, or throws a DomainError with KMS's name.

export function requirePlaintext(plaintext: Buffer): Buffer {
  return sizeIn(plaintext, 'Plaintext', keyNumbers.plaintext);
}

export function requireCiphertext(blob: Buffer): Buffer {
  return sizeIn(blob, 'CiphertextBlob', keyNumbers.ciphertext);
}

function sizeIn(bytes: Buffer, field: string, rule: Required<NumberRule>): Buffer {
  if (!inRange(rule, bytes.length)) throw validationFailed(`${field} must have ${rule.min} to ${rule.max} bytes.`);
  return bytes;
}

export function requireContext(context: EncryptionContext): EncryptionContext {
  let size = 0;
  for (const [key, value] of Object.entries(context)) size += Buffer.byteLength(key) + Buffer.byteLength(value);
  if (size > MAX_CONTEXT) throw validationFailed(`EncryptionContext must have at most ${MAX_CONTEXT} bytes in all.`);
  return context;
}

export function requireNumberOfBytes(numberOfBytes: number): number {
  const rule = keyNumbers.numberOfBytes;
  if (!inRange(rule, numberOfBytes)) throw validationFailed(`NumberOfBytes must be ${rule.min} to ${rule.max}.`);
  return numberOfBytes;
}

/** Characters are Unicode code points. */
export function requireDescription(description: string): string {
  const rule = keyTexts.description;
  if (!obeys(rule, description)) throw validationFailed(`Description must have at most ${rule.max} characters.`);
  return description;
}

export function requireTags(tags: readonly { key: string; value: string }[]): Record<string, string> {
  if (tags.length > MAX_TAGS) throw invalidTag('Too many tags');
  const { tagKey, tagValue } = keyTexts;
  const seen = new Set<string>();
  for (const { key, value } of tags) {
    if (!obeys(tagKey, key)) throw invalidTag(`A TagKey must have ${tagKey.min} to ${tagKey.max} characters.`);
    if (!obeys(tagValue, value)) throw invalidTag(`A TagValue must have at most ${tagValue.max} characters.`);
    if (key.toLowerCase().startsWith('aws:')) throw invalidTag('Tags beginning with aws: are reserved');
    // Policies do not distinguish keys that differ only in case.
    if (seen.has(key.toLowerCase())) throw invalidTag('Duplicate tag keys');
    seen.add(key.toLowerCase());
  }
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

export function requireLimit(limit: number | undefined, range: Required<NumberRule> & { byDefault: number }): number {
  const value = limit ?? range.byDefault;
  if (!inRange(range, value)) throw validationFailed(`Limit must be ${range.min} to ${range.max}.`);
  return value;
}

/** Lists of keys continue after the id in the marker; lists of aliases after the name in it. */
export function requireKeyMarker(marker: string): string {
  if (marker !== '' && !UUID.test(marker)) throw invalidMarker('Marker must be the NextMarker of an earlier response.');
  return marker;
}

export function requireAliasMarker(marker: string): string {
  if (marker !== '' && !obeys(keyTexts.aliasName, marker))
    throw invalidMarker('Marker must be the NextMarker of an earlier response.');
  return marker;
}
