import { keyTexts, obeys } from '@strongroom/field-rules';
import { invalidAliasName, validationFailed } from './key-errors';

/** The most aliases that may point at one key. */
export const MAX_ALIASES_PER_KEY = 50;

const RESERVED = 'alias/aws/';
const MAX_SHOWN = 256;

/** @throws DomainError ValidationException, InvalidAliasNameException */
export function requireAliasName(name: string): string {
  if (!name.startsWith('alias/')) throw validationFailed('Invalid identifier');
  if (name.includes(':')) throw validationFailed(`${name.slice(0, MAX_SHOWN)} contains invalid characters for an alias`);
  if (!obeys(keyTexts.aliasName, name)) {
    throw invalidAliasName('AliasName must be alias/ and 1 to 250 ASCII letters, digits and the characters /_-.');
  }
  return name;
}

/**
 * Accepts the names that callers may choose; those that begin with alias/aws/ are Strongroom's own. @throws DomainError as
 * `requireAliasName`
 */
export function requireOwnAliasName(name: string): string {
  if (requireAliasName(name).startsWith(RESERVED)) throw invalidAliasName('AliasName must not begin with alias/aws/.');
  return name;
}
