import { invalidParameter } from '@strongroom/errors';
import type { SecretValue } from '@strongroom/envelope';
import type { Tag } from './secret';

// The rules of the contract for single fields. Each throws InvalidParameterException that names the field and the rule,
// and never shows a value. Lengths are in Unicode characters, values in bytes.

const NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/;
export const MAX_VALUE_BYTES = 65_536;
export const MAX_TAGS = 50;
export const MAX_POLICY_LENGTH = 20_480;

/** Strings have at least as many UTF-16 units as characters, so counting is needed only near the limit. */
function lengthIn(text: string, field: string, min: number, max: number): void {
  const tooLong = text.length > max && (text.length > 2 * max || [...text].length > max);
  if (tooLong || text.length < min) {
    throw invalidParameter(
      min === 0 ? `${field} must have at most ${max} characters.` : `${field} must have ${min} to ${max} characters.`,
    );
  }
}

/** Keys of the database: comparisons there may ignore spaces at the end. */
function noOuterSpace(text: string, field: string): void {
  if (text.trim() !== text) throw invalidParameter(`${field} must not begin or end with white space.`);
}

export function requireName(name: string): string {
  if (!NAME.test(name)) throw invalidParameter('Name must be 1 to 512 ASCII letters, digits and the characters /_+=.@-.');
  return name;
}

export function requireVersionId(versionId: string, field: string): string {
  lengthIn(versionId, field, 32, 64);
  noOuterSpace(versionId, field);
  return versionId;
}

export function requireRotationToken(rotationToken: string): string {
  lengthIn(rotationToken, 'RotationToken', 36, 256);
  return rotationToken;
}

export function requireLabel(label: string, field: string): string {
  lengthIn(label, field, 1, 256);
  noOuterSpace(label, field);
  return label;
}

/** Empty: the default, AWSCURRENT alone. */
export function requireLabels(labels: readonly string[]): string[] {
  if (labels.length > 20) throw invalidParameter('VersionStages must have 1 to 20 items.');
  labels.forEach((label, index) => requireLabel(label, `VersionStages[${index}]`));
  if (new Set(labels).size !== labels.length) throw invalidParameter('VersionStages must not name a label twice.');
  return labels.length === 0 ? ['AWSCURRENT'] : [...labels];
}

export function requireDescription(description: string): string {
  lengthIn(description, 'Description', 0, 2048);
  return description;
}

export function requireKmsKeyId(keyId: string): string {
  lengthIn(keyId, 'KmsKeyId', 0, 2048);
  return keyId;
}

export function requireValue(value: SecretValue): SecretValue {
  const [field, bytes] =
    value.kind === 'string' ? ['SecretString', Buffer.byteLength(value.text)] : ['SecretBinary', value.bytes.length];
  if (bytes < 1 || bytes > MAX_VALUE_BYTES) throw invalidParameter(`${field} must have 1 to ${MAX_VALUE_BYTES} bytes.`);
  return value;
}

export function requireTags(tags: readonly Tag[]): Map<string, string> {
  if (tags.length > MAX_TAGS) throw invalidParameter(`Tags must have at most ${MAX_TAGS} items.`);
  const byKey = new Map<string, string>();
  tags.forEach(({ key, value }, index) => {
    requireTagKey(key, `Tags[${index}].Key`);
    lengthIn(value, `Tags[${index}].Value`, 0, 256);
    if (byKey.has(key)) throw invalidParameter(`Tags[${index}].Key must not be there twice.`);
    byKey.set(key, value);
  });
  return byKey;
}

export function requireTagKeys(keys: readonly string[]): string[] {
  if (keys.length === 0 || keys.length > MAX_TAGS) throw invalidParameter(`TagKeys must have 1 to ${MAX_TAGS} items.`);
  keys.forEach((key, index) => requireTagKey(key, `TagKeys[${index}]`));
  return [...new Set(keys)];
}

function requireTagKey(key: string, field: string): void {
  lengthIn(key, field, 1, 128);
  noOuterSpace(key, field);
  if (key.toLowerCase().startsWith('aws:')) throw invalidParameter(`${field} must not begin with aws:.`);
}

export function requirePolicyText(policy: string): string {
  lengthIn(policy, 'ResourcePolicy', 1, MAX_POLICY_LENGTH);
  return policy;
}

export function requireMaxResults(maxResults: number | undefined, max: number): number {
  if (maxResults === undefined) return max;
  if (maxResults < 1 || maxResults > max) throw invalidParameter(`MaxResults must be from 1 to ${max}.`);
  return maxResults;
}

export const RECOVERY_WINDOW_DAYS = { min: 7, max: 30, default: 30 } as const;

export function requireRecoveryWindow(days: bigint | undefined, force: boolean): number {
  if (days === undefined) return RECOVERY_WINDOW_DAYS.default;
  if (force) throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
  const { min, max } = RECOVERY_WINDOW_DAYS;
  if (days < min || days > max) {
    throw invalidParameter(`The RecoveryWindowInDays value must be between ${min} and ${max} days (inclusive).`);
  }
  return Number(days);
}
