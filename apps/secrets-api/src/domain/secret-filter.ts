import { invalidParameter } from '@strongroom/errors';

export const FILTER_KEYS = ['description', 'name', 'tag-key', 'tag-value', 'primary-region', 'owning-service', 'all'] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];

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
  if (filters.length > 10) throw invalidParameter('Filters must have at most 10 items.');
  return filters.map(({ key, values }, index) => {
    if (!isFilterKey(key)) throw invalidParameter(`Filters[${index}].Key must be one of ${FILTER_KEYS.join(', ')}.`);
    if (values.length < 1 || values.length > 10) throw invalidParameter(`Filters[${index}].Values must have 1 to 10 items.`);
    return { key, anyOf: values.map((value, place) => parseTerm(key, value, `Filters[${index}].Values[${place}]`)) };
  });
}

const isFilterKey = (key: string): key is FilterKey => (FILTER_KEYS as readonly string[]).includes(key);

function parseTerm(key: FilterKey, value: string, field: string): FilterTerm {
  if ([...value].length > 512) throw invalidParameter(`${field} must have at most 512 characters.`);
  const negated = value.startsWith('!');
  const text = negated ? value.slice(1) : value;
  const prefixes = key === 'all' ? text.split(/\s+/).filter((word) => word !== '') : [text];
  if (prefixes.length === 0 || prefixes[0] === '') throw invalidParameter(`${field} must name something to look for.`);
  return { negated, prefixes };
}
