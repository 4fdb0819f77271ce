import { parse } from 'dotenv';
import { type SourceItem, withOneValue } from './source-item';
import { BadText } from './json-text';

/** The most bytes of a file of variables. */
export const MAX_DOTENV_BYTES = 1024 * 1024;

/**
 * Each variable is a secret. Quotes, comments, `export` and line breaks within quotes are read as the package dotenv reads them;
 * `$` stands for itself; of two lines for one variable the last one counts.
 *
 * @throws BadText
 */
export const parseDotenv = (text: string): SourceItem[] => {
  // The package would lose it without a word.
  if (/^\s*(?:export\s+)?__proto__\s*[=:]/m.test(text)) throw new BadText('It has a variable __proto__, which cannot be read.');
  // The scanner; the expression that it may use instead can take very long.
  const variables = Object.entries(parse(text, { fast: true }));
  if (variables.length === 0 && text.trim() !== '' && !/^\s*#/m.test(text)) throw new BadText('It has no line NAME=value.');
  return variables.map(([name, secretString]) => withOneValue({ name }, { secretString }));
};
