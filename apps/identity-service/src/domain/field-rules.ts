import { identityTexts, inRange, obeys } from '@strongroom/field-rules';
import type { Tag } from './identity';
import { invalidInput, limitExceeded, validationError } from './iam-errors';
import { TAGS } from './quotas';

const ACCOUNT_ID = /^\d{12}$/;
const NAMES = {
  user: identityTexts.userName,
  group: identityTexts.groupName,
  role: identityTexts.roleName,
  policy: identityTexts.policyName,
};

export function checkName(name: string, kind: keyof typeof NAMES, field: string): string {
  const rule = NAMES[kind];
  if (!obeys(rule, name)) {
    throw validationError(`${field} must be ${rule.min} to ${rule.max} ASCII letters, digits and the characters _+=,.@-.`);
  }
  return name;
}

/** The path; `/` by default. */
export function checkPath(path: string): string {
  if (path === '') return '/';
  if (!obeys(identityTexts.path, path)) {
    throw validationError('path must be 1 to 512 printable ASCII characters that begin and end with /.');
  }
  return path;
}

export function checkPathPrefix(prefix: string): string {
  if (prefix === '') return '/';
  if (!obeys(identityTexts.pathPrefix, prefix)) {
    throw validationError('path_prefix must be 1 to 512 printable ASCII characters that begin with /.');
  }
  return prefix;
}

export function checkMfaDeviceName(name: string): string {
  if (!obeys(identityTexts.virtualMfaDeviceName, name)) {
    throw validationError('virtual_mfa_device_name must be 1 to 226 ASCII letters, digits and the characters _+=,.@-.');
  }
  return name;
}

export function checkPasskeyName(name: string): string {
  if (!obeys(identityTexts.passkeyName, name)) {
    throw validationError('passkey_name must be 1 to 64 ASCII letters, digits and the characters _+=,.@-.');
  }
  return name;
}

export function checkText(text: string, most: number, field: string): string {
  if ([...text].length > most) throw validationError(`${field} must have at most ${most} characters.`);
  return text;
}

/** A number of seconds in its range, or the default. */
export function checkDuration(seconds: number | undefined, range: { min: number; max: number; default: number }, field: string) {
  if (seconds === undefined) return range.default;
  if (!Number.isInteger(seconds) || !inRange(range, seconds)) {
    throw validationError(`${field} must be ${range.min} to ${range.max} seconds.`);
  }
  return seconds;
}

export function checkRoleSessionName(name: string): string {
  if (!obeys(identityTexts.roleSessionName, name)) {
    throw validationError('role_session_name must be 2 to 64 ASCII letters, digits and the characters _+=,.@-.');
  }
  return name;
}

export function checkExternalId(id: string): string | undefined {
  if (id === '') return undefined;
  if (!obeys(identityTexts.externalId, id)) {
    throw validationError('external_id must be 2 to 1224 ASCII letters, digits and the characters _+=,.@:/-.');
  }
  return id;
}

export function checkAccessKeyId(id: string): string {
  if (!obeys(identityTexts.accessKeyId, id)) throw validationError('access_key_id must be 16 to 128 letters and digits.');
  return id;
}

export const isAccountId = (id: string): boolean => ACCOUNT_ID.test(id);
export const isUserName = (name: string): boolean => obeys(NAMES.user, name);

export function checkAccountId(id: string): string {
  if (!isAccountId(id)) throw validationError('account_id must be 12 digits.');
  return id;
}

/** Checks the tags of a request: each by its own rules, and no key twice, ignoring case. */
export function checkTags(tags: readonly Tag[], field = 'tags'): Tag[] {
  if (tags.length > TAGS) throw validationError(`${field} must have at most ${TAGS} items.`);
  const seen = new Set<string>();
  for (const { key, value } of tags) {
    checkTagKey(key, `${field}.key`);
    if (!obeys(identityTexts.tagValue, value)) {
      throw validationError(`${field}.value must be at most 256 letters, digits, spaces and the characters _.:/=+-@.`);
    }
    if (seen.has(key.toLowerCase()))
      throw invalidInput(`${field} must not repeat a key; keys that differ only in case count as equal.`);
    seen.add(key.toLowerCase());
  }
  return tags.map(({ key, value }) => ({ key, value }));
}

export function checkTagKey(key: string, field: string): string {
  if (!obeys(identityTexts.tagKey, key)) {
    throw validationError(`${field} must be 1 to 128 letters, digits, spaces and the characters _.:/=+-@.`);
  }
  if (key.toLowerCase().startsWith('aws:')) throw invalidInput(`${field} must not begin with aws:.`);
  return key;
}

/** `tags` with `more` added; an existing key, ignoring case, keeps its place and gets the new spelling. */
export function withTags(tags: readonly Tag[], more: readonly Tag[], most = TAGS): Tag[] {
  const byKey = new Map(tags.map((tag) => [tag.key.toLowerCase(), tag]));
  for (const tag of more) byKey.set(tag.key.toLowerCase(), tag);
  if (byKey.size > most) throw limitExceeded(`Cannot exceed quota for TagsPerPrincipal: ${TAGS}`);
  return [...byKey.values()];
}

export function withoutTags(tags: readonly Tag[], keys: readonly string[]): Tag[] {
  const gone = new Set(keys.map((key) => key.toLowerCase()));
  return tags.filter((tag) => !gone.has(tag.key.toLowerCase()));
}
