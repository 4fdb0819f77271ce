import { invalidParameter } from '@strongroom/errors';
import { inRange, obeys, secretNumbers, secretTexts } from '@strongroom/field-rules';
import { randomInteger, type RandomSource } from './random-source';

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const UPPERCASE = LOWERCASE.toUpperCase();
const NUMBERS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

export const PASSWORD_LENGTH = { ...secretNumbers.passwordLength, default: 32 } as const;

export interface PasswordRules {
  length: number;
  excludeCharacters: string;
  excludeNumbers: boolean;
  excludePunctuation: boolean;
  excludeUppercase: boolean;
  excludeLowercase: boolean;
  includeSpace: boolean;
  requireEachIncludedType: boolean;
}

/**
 * A password of ASCII characters. A type counts as excluded if excludeCharacters contains all of it.
 *
 * @throws InvalidParameterException if the rules allow no password
 */
export function randomPassword(rules: PasswordRules, random: RandomSource): string {
  if (!Number.isInteger(rules.length) || !inRange(PASSWORD_LENGTH, rules.length)) {
    throw invalidParameter(`PasswordLength must be from ${PASSWORD_LENGTH.min} to ${PASSWORD_LENGTH.max}.`);
  }
  if (!obeys(secretTexts.excludeCharacters, rules.excludeCharacters)) {
    throw invalidParameter(`ExcludeCharacters must have at most ${secretTexts.excludeCharacters.max} characters.`);
  }
  const types = [
    rules.excludeLowercase ? '' : LOWERCASE,
    rules.excludeUppercase ? '' : UPPERCASE,
    rules.excludeNumbers ? '' : NUMBERS,
    rules.excludePunctuation ? '' : PUNCTUATION,
    rules.includeSpace ? ' ' : '',
  ]
    .map((type) => [...type].filter((character) => !rules.excludeCharacters.includes(character)))
    .filter((type) => type.length > 0);
  if (types.length === 0) throw invalidParameter('The Exclude parameters leave no characters to make a password of.');
  if (rules.requireEachIncludedType && rules.length < types.length) {
    throw invalidParameter(
      `PasswordLength is too short based on the required types: RequireEachIncludedType needs at least ${types.length}.`,
    );
  }
  const all = types.flat();
  const pick = (characters: readonly string[]) => characters[randomInteger(random, characters.length)]!;
  const password = rules.requireEachIncludedType ? types.map(pick) : [];
  while (password.length < rules.length) password.push(pick(all));
  // The required characters are at the start, so the password is shuffled: their places must reveal nothing.
  for (let last = password.length - 1; last > 0; last--) {
    const other = randomInteger(random, last + 1);
    [password[last], password[other]] = [password[other]!, password[last]!];
  }
  return password.join('');
}
