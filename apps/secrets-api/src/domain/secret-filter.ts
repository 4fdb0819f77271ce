import { invalidParameter } from '@strongroom/errors';
import { inRange, obeys, secretFilterKeys, secretNumbers, secretTexts } from '@strongroom/field-rules';

export type FilterKey = (typeof secretFilterKeys)[number];

/** One value of a filter. */
export interface FilterTerm {
  negated: boolean;
  /** Prefixes, all of which must match: for `all` the words of the value, for the other keys the value itself. */
  prefixes: string[];
}

/** A secret matches when one of the terms does. */
export interface SecretFilter {
  key: FilterKey;
  anyOf: FilterTerm[];
}

/**
 * Reads filters as they come in a request; a secret must match all of them. `!` in front of a value negates it.
 * Throws InvalidParameterException.
 */
export function parseFilters(filters: readonly { key: string; values: readonly string[] }[]): SecretFilter[] {
  const { max } = secretNumbers.filters;
  if (filters.length > max) throw invalidParameter(`Filters must have at most ${max} items.`);
  return filters.map(({ key, values }, index) => {
    if (!isFilterKey(key)) throw invalidParameter(`Filters[${index}].Key must be one of ${secretFilterKeys.join(', ')}.`);
    const rule = secretNumbers.filterValues;
    if (!inRange(rule, values.length)) {
      throw invalidParameter(`Filters[${index}].Values must have ${rule.min} to ${rule.max} items.`);
    }
    return { key, anyOf: values.map((value, place) => parseTerm(key, value, `Filters[${index}].Values[${place}]`)) };
  });
}

const isFilterKey = (key: string): key is FilterKey => (secretFilterKeys as readonly string[]).includes(key);

function parseTerm(key: FilterKey, value: string, field: string): FilterTerm {
  const rule = secretTexts.filterValue;
  if (!obeys(rule, value)) throw invalidParameter(`${field} must have at most ${rule.max} characters.`);
  const negated = value.startsWith('!');
  const text = negated ? value.slice(1) : value;
  const prefixes = key === 'all' ? text.split(/\s+/).filter((word) => word !== '') : [text];
  if (prefixes.length === 0 || prefixes[0] === '') throw invalidParameter(`${field} must name something to look for.`);
  return { negated, prefixes };
}
