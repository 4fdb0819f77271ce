import type { EncryptionContext } from '@strongroom/envelope';
import { inRange, keyNumbers, keyTexts, type NumberRule, obeys } from '@strongroom/field-rules';
import { invalidMarker, invalidTag, unsupportedOperation, validationFailed } from './key-errors';
import {
  algorithmsOf,
  KEY_SPEC_NAMES,
  keyUsageFor,
  requireAlgorithm,
  type EncryptionAlgorithm,
  type KeyUsage,
} from '@strongroom/key-algorithms';
import type { KeyKind, KeyRecord } from './key-record';

const MAX_CONTEXT = 8_192;
const MAX_TAGS = 50;
const DEFAULT_ROTATION_PERIOD = 365;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

// Each function returns its argument, or throws a DomainError with KMS's name.

export function requirePlaintext(plaintext: Buffer): Buffer {
  return sizeIn(plaintext, 'Plaintext', keyNumbers.plaintext);
}

export function requireCiphertext(blob: Buffer, field = 'CiphertextBlob'): Buffer {
  return sizeIn(blob, field, keyNumbers.ciphertext);
}

/** Of a signature, or a MAC. */
export function requireSignature(field: string, signature: Buffer): Buffer {
  return sizeIn(signature, field, keyNumbers.signature);
}

/** Of the other side. */
export function requirePublicKey(publicKey: Buffer): Buffer {
  return sizeIn(publicKey, 'PublicKey', keyNumbers.publicKey);
}

export function sizeIn(bytes: Buffer, field: string, rule: Required<NumberRule>): Buffer {
  if (!inRange(rule, bytes.length)) throw validationFailed(`${field} must have ${rule.min} to ${rule.max} bytes.`);
  return bytes;
}

export function requireContext(context: EncryptionContext): EncryptionContext {
  let size = 0;
  for (const [key, value] of Object.entries(context)) size += Buffer.byteLength(key) + Buffer.byteLength(value);
  if (size > MAX_CONTEXT) throw validationFailed(`EncryptionContext must have at most ${MAX_CONTEXT} bytes in all.`);
  return context;
}

export const SYMMETRIC_DEFAULT = 'SYMMETRIC_DEFAULT';

/** '' means SYMMETRIC_DEFAULT, as in KMS also for asymmetric keys, which do not have it. */
export function requireEncryptionAlgorithm(algorithm: string, { spec }: Pick<KeyRecord, 'spec'>): EncryptionAlgorithm {
  const wanted = requireOneOf('EncryptionAlgorithm', algorithm || SYMMETRIC_DEFAULT, ALGORITHMS.ENCRYPT_DECRYPT);
  requireAlgorithm(spec, 'ENCRYPT_DECRYPT', wanted);
  return wanted;
}

const ORIGINS = ['AWS_KMS', 'EXTERNAL'] as const;
const ELSEWHERE = ['AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'];

/** The kind of a new key; '' means the default. @throws DomainError ValidationException, UnsupportedOperationException */
export function requireKind({ keySpec, keyUsage, origin }: { keySpec: string; keyUsage: string; origin: string }): KeyKind {
  const spec = requireOneOf('KeySpec', keySpec || SYMMETRIC_DEFAULT, KEY_SPEC_NAMES);
  const usage = keyUsage === '' ? undefined : requireOneOf('KeyUsage', keyUsage, USAGES);
  if (ELSEWHERE.includes(origin))
    throw unsupportedOperation(`Origin ${origin} is not supported: there are no custom key stores.`);
  return { spec, usage: keyUsageFor(spec, usage), origin: requireOneOf('Origin', origin || 'AWS_KMS', ORIGINS) };
}

/** @throws DomainError ValidationException that names the field and its values */
export function requireOneOf<Name extends string>(field: string, value: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === value);
  if (found === undefined) throw validationFailed(`${field} must be one of ${names.join(', ')}.`);
  return found;
}

/** All algorithms of each usage. */
export const ALGORITHMS = {
  ENCRYPT_DECRYPT: allAlgorithms('ENCRYPT_DECRYPT'),
  SIGN_VERIFY: allAlgorithms('SIGN_VERIFY'),
  GENERATE_VERIFY_MAC: allAlgorithms('GENERATE_VERIFY_MAC'),
  KEY_AGREEMENT: allAlgorithms('KEY_AGREEMENT'),
  ENCAPSULATE_DECAPSULATE: allAlgorithms('ENCAPSULATE_DECAPSULATE'),
} as const;

const USAGES = Object.keys(ALGORITHMS) as readonly KeyUsage[];

function allAlgorithms<Usage extends KeyUsage>(usage: Usage) {
  return [...new Set(KEY_SPEC_NAMES.flatMap((spec) => algorithmsOf(spec, usage)))];
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

/** The tags of a key after tags were added to it. @throws DomainError TagException */
export function withTags(
  present: Readonly<Record<string, string>>,
  added: Readonly<Record<string, string>>,
): Record<string, string> {
  const tags = new Map(Object.entries(present));
  for (const [key, value] of Object.entries(added)) {
    const other = [...tags.keys()].find((known) => known !== key && known.toLowerCase() === key.toLowerCase());
    if (other !== undefined) throw invalidTag('Duplicate tag keys');
    tags.set(key, value);
  }
  if (tags.size > MAX_TAGS) throw invalidTag('Too many tags');
  return Object.fromEntries(tags);
}

export function requireTagKeys(tagKeys: readonly string[]): readonly string[] {
  const { tagKey } = keyTexts;
  for (const key of tagKeys) {
    if (!obeys(tagKey, key)) throw invalidTag(`A TagKey must have ${tagKey.min} to ${tagKey.max} characters.`);
    if (key.toLowerCase().startsWith('aws:')) throw invalidTag('Tags beginning with aws: are reserved');
  }
  return tagKeys;
}

/** Days. */
export function requirePendingWindow(days: number | undefined): number {
  const rule = keyNumbers.pendingWindowInDays;
  const value = days ?? rule.max;
  if (!inRange(rule, value)) throw validationFailed(`PendingWindowInDays must be ${rule.min} to ${rule.max}.`);
  return value;
}

/** Days. */
export function requireRotationPeriod(days: number | undefined): number {
  const rule = keyNumbers.rotationPeriodInDays;
  const value = days ?? DEFAULT_ROTATION_PERIOD;
  if (!inRange(rule, value)) throw validationFailed(`RotationPeriodInDays must be ${rule.min} to ${rule.max}.`);
  return value;
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

export function requireTagMarker(marker: string): string {
  if (marker !== '' && !obeys(keyTexts.tagKey, marker))
    throw invalidMarker('Marker must be the NextMarker of an earlier response.');
  return marker;
}

/** Lists of materials continue after the version in the marker. */
export function requireMaterialMarker(marker: string): number {
  if (marker !== '' && !/^[1-9]\d{0,9}$/.test(marker)) {
    throw invalidMarker('Marker must be the NextMarker of an earlier response.');
  }
  return Number(marker);
}
