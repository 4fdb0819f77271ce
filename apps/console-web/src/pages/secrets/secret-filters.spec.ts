import { SortBy, SortOrder } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { listDefaults, requestOf, setFilters } from './secret-filters';

it('asks for what the address says', () => {
  const state = { ...listDefaults, q: ' pay db ', tagKey: 'team', sort: 'changed', descending: true };
  expect(requestOf(state, 't')).toEqual({
    includePlannedDeletion: false,
    maxResults: 100,
    nextToken: 't',
    filters: [
      { key: 'all', values: ['pay db'] },
      { key: 'tag-key', values: ['team'] },
    ],
    sortBy: SortBy.LAST_CHANGED_DATE,
    sortOrder: SortOrder.DESC,
  });
  expect(setFilters(state)).toEqual(['tagKey']);
});

it('takes what is typed as text, and an unknown order for the default', () => {
  expect(requestOf({ ...listDefaults, q: '!prod', sort: '__proto__' }, '')).toMatchObject({
    filters: [{ key: 'all', values: ['prod'] }],
    sortBy: SortBy.NAME,
  });
  expect(requestOf({ ...listDefaults, q: '!' }, '').filters).toEqual([]);
});
