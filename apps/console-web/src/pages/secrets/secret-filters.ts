import { SortBy, SortOrder } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import type { Sorting } from '../../components/data-table';

/** What stands in the address of the list. */
export const listDefaults = {
  /** Words of names, descriptions and tags. */
  q: '',
  name: '',
  description: '',
  tagKey: '',
  tagValue: '',
  /** Those scheduled for deletion, too. */
  deleted: false,
  sort: 'name',
  descending: false,
};

export type ListState = typeof listDefaults;

/** A map: an address may name any word, `__proto__` too. */
const sortBy: ReadonlyMap<string, SortBy> = new Map([
  ['name', SortBy.NAME],
  ['created', SortBy.CREATED_DATE],
  ['changed', SortBy.LAST_CHANGED_DATE],
  ['read', SortBy.LAST_ACCESSED_DATE],
]);

const filterKeys = [
  ['q', 'all'],
  ['name', 'name'],
  ['description', 'description'],
  ['tagKey', 'tag-key'],
  ['tagValue', 'tag-value'],
] as const;

/** The filters that are set, beside the search and the order. */
export const setFilters = (state: ListState): (keyof ListState)[] =>
  (['name', 'description', 'tagKey', 'tagValue', 'deleted'] as const).filter((key) => state[key] !== listDefaults[key]);

export const sortingOf = ({ sort, descending }: ListState): Sorting => ({ key: sort, descending });

/** A filter's value that begins with "!" would negate; here it is text that people type. */
const asText = (value: string): string => value.trim().replace(/^!+/, '');

/** The request for a page of the list. */
export function requestOf(state: ListState, nextToken: string) {
  const filters = filterKeys.flatMap(([of, key]) => {
    const value = asText(state[of]);
    return value ? [{ key, values: [value] }] : [];
  });
  return {
    includePlannedDeletion: state.deleted,
    maxResults: 100,
    nextToken,
    filters,
    sortBy: sortBy.get(state.sort) ?? SortBy.NAME,
    sortOrder: state.descending ? SortOrder.DESC : SortOrder.ASC,
  };
}
