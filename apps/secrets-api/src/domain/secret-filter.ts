import { invalidParameter } from '@strongroom/errors';
import { REQUEST } from '@strongroom/bounds';
import type { Secret } from './secret';
import { Words, wordsOf } from './words';
import { inRange, obeys, secretFilterKeys, secretNumbers, secretTexts } from '@strongroom/field-rules';

export type FilterKey = (typeof secretFilterKeys)[number];

/** One value of a filter. */
export interface FilterTerm {
  negated: boolean;
  /**
   * Prefixes, all of which must match: for `description` and `all`, the words of the value, in lower case; for other keys, the
   * value itself. None: nothing matches.
   */
  prefixes: string[];
}

/** A secret matches if one of the terms does. */
export interface SecretFilter {
  key: FilterKey;
  anyOf: FilterTerm[];
}

/**
 * Reads the filters of a request; a secret must match all of them. A `!` at the start of a value negates it.
 *
 * @throws InvalidParameterException
 */
export function parseFilters(filters: readonly { key: string; values: readonly string[] }[]): SecretFilter[] {
  const { max } = secretNumbers.filters;
  if (filters.length > max) throw invalidParameter(`Filters must have at most ${max} items.`);
  const parsed = filters.map(({ key, values }, index) => {
    if (!isFilterKey(key)) throw invalidParameter(`Filters[${index}].Key must be one of ${secretFilterKeys.join(', ')}.`);
    const rule = secretNumbers.filterValues;
    if (!inRange(rule, values.length)) {
      throw invalidParameter(`Filters[${index}].Values must have ${rule.min} to ${rule.max} items.`);
    }
    return { key, anyOf: values.map((value, place) => parseTerm(key, value, `Filters[${index}].Values[${place}]`)) };
  });
  const words = parsed.flatMap(({ anyOf }) => anyOf).reduce((sum, { prefixes }) => sum + prefixes.length, 0);
  if (words > REQUEST.filterWords)
    throw invalidParameter(`Filters must have at most ${REQUEST.filterWords} words in all of their values together.`);
  return parsed;
}

/** Keys whose values are searched word by word. */
export function isByWords(key: FilterKey): key is 'description' | 'all' {
  return key === 'description' || key === 'all';
}

/** Whether a secret matches those filters that search words. */
export function matchesWords(secret: Secret, filters: readonly SecretFilter[]): boolean {
  const wordsIn: Partial<Record<FilterKey, Words>> = {};
  return filters.every(({ key, anyOf }) => {
    if (!isByWords(key)) return true;
    const words = (wordsIn[key] ??= new Words(textsOf(secret, key)));
    const matches = (prefixes: readonly string[]) =>
      prefixes.length > 0 && prefixes.every((prefix) => words.haveOneThatBegins(prefix));
    return anyOf.some(({ negated, prefixes }) => matches(prefixes) !== negated);
  });
}

const textsOf = ({ name, description, owningService, tags }: Secret, key: 'description' | 'all'): string[] =>
  key === 'description' ? [description] : [name, description, owningService ?? '', ...tags.keys(), ...tags.values()];

const isFilterKey = (key: string): key is FilterKey => (secretFilterKeys as readonly string[]).includes(key);

function parseTerm(key: FilterKey, value: string, field: string): FilterTerm {
  const rule = secretTexts.filterValue;
  if (!obeys(rule, value)) throw invalidParameter(`${field} must have at most ${rule.max} characters.`);
  const negated = value.startsWith('!');
  const text = negated ? value.slice(1) : value;
  if ((isByWords(key) ? text.trim() : text) === '') throw invalidParameter(`${field} must contain something to search for.`);
  return { negated, prefixes: isByWords(key) ? [...new Set(wordsOf(text))] : [text] };
}
