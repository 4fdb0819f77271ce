import type { Command } from 'commander';
import { usageError } from '../../cli-error';
import { integer } from '../options';

export interface PasswordOptions {
  generate?: boolean;
  length?: number;
  excludeCharacters?: string;
  excludeNumbers?: boolean;
  excludePunctuation?: boolean;
  excludeUppercase?: boolean;
  excludeLowercase?: boolean;
  includeSpace?: boolean;
  requireEachIncludedType?: boolean;
}

/** The options of GetRandomPassword. */
export const addPasswordOptions = (command: Command): Command =>
  command
    .option('--generate', 'a random password, made by the cluster and shown to nobody')
    .option('--length <n>', 'of the password; 1 to 4,096; default: 32', integer(1, 4_096))
    .option('--exclude-characters <characters>', 'which it must not have')
    .option('--exclude-numbers', 'no digits')
    .option('--exclude-punctuation', 'no punctuation')
    .option('--exclude-uppercase', 'no capital letters')
    .option('--exclude-lowercase', 'no small letters')
    .option('--include-space', 'perhaps with spaces')
    .option('--no-require-each-included-type', 'perhaps without one of the kinds of characters');

export const passwordRequest = ({ generate: _, length, ...rest }: PasswordOptions) => ({
  passwordLength: length,
  excludeCharacters: rest.excludeCharacters,
  excludeNumbers: rest.excludeNumbers,
  excludePunctuation: rest.excludePunctuation,
  excludeUppercase: rest.excludeUppercase,
  excludeLowercase: rest.excludeLowercase,
  includeSpace: rest.includeSpace,
  requireEachIncludedType: rest.requireEachIncludedType,
});

/** @throws CliError if an option of passwords was given without --generate */
export const checkPasswordOptions = (options: PasswordOptions): void => {
  if (options.generate) return;
  const { length, excludeCharacters, excludeNumbers, excludePunctuation, excludeUppercase, excludeLowercase, includeSpace } =
    options;
  const given = [length, excludeCharacters, excludeNumbers, excludePunctuation, excludeUppercase, excludeLowercase, includeSpace];
  if (given.some((option) => option !== undefined))
    throw usageError('--length and the other options of passwords go with --generate.');
};
