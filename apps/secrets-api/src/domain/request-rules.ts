import { invalidParameter } from '@strongroom/errors';
import type { SecretValue } from '@strongroom/envelope';
import { inRange, lengthOf, type NumberRule, obeys, secretNumbers, secretTexts } from '@strongroom/field-rules';
import type { Tag } from './secret';
import { duplicateTagKeys } from './secret-errors';

// The contract's rules for single fields. Each function throws InvalidParameterException that names the field and the rule, and
// never shows a value. Lengths are in Unicode characters, values in bytes.

/** Of a secret, and so of a request. */
export const MAX_TAGS = 50;

function lengthIn(text: string, field: string, rule: NumberRule & { readonly max: number }): void {
  if (!inRange(rule, lengthOf(text, rule.max))) {
    const { min, max } = rule;
    throw invalidParameter(`${field} must have ${min === undefined ? `at most ${max}` : `${min} to ${max}`} characters.`);
  }
}

/** Database keys: comparisons there may ignore trailing spaces. */
function noOuterSpace(text: string, field: string): void {
  if (text.trim() !== text) throw invalidParameter(`${field} must not begin or end with white space.`);
}

export function requireName(name: string): string {
  const rule = secretTexts.name;
  if (!obeys(rule, name)) {
    throw invalidParameter(`Name must be ${rule.min} to ${rule.max} ASCII letters, digits and the characters /_+=.@-.`);
  }
  return name;
}

export function requireVersionId(versionId: string, field: string): string {
  lengthIn(versionId, field, secretTexts.versionId);
  noOuterSpace(versionId, field);
  return versionId;
}

export function requireRotationToken(rotationToken: string): string {
  lengthIn(rotationToken, 'RotationToken', secretTexts.rotationToken);
  return rotationToken;
}

export function requireLabel(label: string, field: string): string {
  lengthIn(label, field, secretTexts.versionStage);
  noOuterSpace(label, field);
  return label;
}

/** Empty: the default, only AWSCURRENT. */
export function requireLabels(labels: readonly string[]): string[] {
  const { min, max } = secretNumbers.versionStages;
  if (labels.length > max) throw invalidParameter(`VersionStages must have ${min} to ${max} items.`);
  labels.forEach((label, index) => requireLabel(label, `VersionStages[${index}]`));
  if (new Set(labels).size !== labels.length) throw invalidParameter('VersionStages must not name a label twice.');
  return labels.length === 0 ? ['AWSCURRENT'] : [...labels];
}

export function requireDescription(description: string): string {
  lengthIn(description, 'Description', secretTexts.description);
  return description;
}

export function requireKmsKeyId(keyId: string): string {
  lengthIn(keyId, 'KmsKeyId', secretTexts.kmsKeyId);
  return keyId;
}

export function requireValue(value: SecretValue): SecretValue {
  const [field, bytes] =
    value.kind === 'string' ? ['SecretString', Buffer.byteLength(value.text)] : ['SecretBinary', value.bytes.length];
  const rule = secretNumbers.valueSize;
  if (!inRange(rule, bytes)) throw invalidParameter(`${field} must have ${rule.min} to ${rule.max} bytes.`);
  return value;
}

export function requireTags(tags: readonly Tag[]): Map<string, string> {
  if (tags.length > MAX_TAGS) throw invalidParameter(`Tags must have at most ${MAX_TAGS} items.`);
  const byKey = new Map<string, string>();
  const folded = new Set<string>();
  tags.forEach(({ key, value }, index) => {
    requireTagKey(key, `Tags[${index}].Key`);
    lengthIn(value, `Tags[${index}].Value`, secretTexts.tagValue);
    if (folded.has(foldTagKey(key))) throw duplicateTagKeys(`Tags[${index}].Key`);
    folded.add(foldTagKey(key));
    byKey.set(key, value);
  });
  return byKey;
}

/** The form of a tag's key that policies compare. */
export function foldTagKey(key: string): string {
  return key.toLowerCase();
}

export function requireTagKeys(keys: readonly string[]): string[] {
  if (keys.length === 0 || keys.length > MAX_TAGS) throw invalidParameter(`TagKeys must have 1 to ${MAX_TAGS} items.`);
  keys.forEach((key, index) => requireTagKey(key, `TagKeys[${index}]`));
  return [...new Set(keys)];
}

function requireTagKey(key: string, field: string): void {
  lengthIn(key, field, secretTexts.tagKey);
  noOuterSpace(key, field);
  if (key.toLowerCase().startsWith('aws:')) throw invalidParameter(`${field} must not begin with aws:.`);
}

export function requirePolicyText(policy: string): string {
  lengthIn(policy, 'ResourcePolicy', secretTexts.resourcePolicy);
  return policy;
}

/** The maximum, if the request sets none. */
export function requireMaxResults(maxResults: number | undefined, range: Required<NumberRule>): number {
  if (maxResults === undefined) return range.max;
  if (!inRange(range, maxResults)) throw invalidParameter(`MaxResults must be from ${range.min} to ${range.max}.`);
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
