import { parseFilters } from '../domain/secret-filter';
import type { ListQuery } from '../domain/secret-store.port';
import { alongOrder, alongTerms, estimateStatement, rangesOf, shortestWay, throughTerms } from './secret-list.query';

type Filter = [key: string, ...values: string[]];

const queryOf = (filters: Filter[], more: Partial<ListQuery> = {}): ListQuery => ({
  accountId: '000000000000',
  region: 'us-east-1',
  filters: parseFilters(filters.map(([key, ...values]) => ({ key, values }))),
  includeDeleted: false,
  sort: 'created',
  descending: false,
  limit: 100,
  ...more,
});

/** The chosen way, and the ranges of terms that it reads. */
const wayOf = (query: ListQuery, estimates: (number | null)[]): string => {
  const ranges = rangesOf(query);
  expect(estimates).toHaveLength(ranges.length + 1);
  const way = shortestWay(
    query,
    ranges,
    estimates.map((rows) => ({ rows })),
  );
  const { text, parameters } = way(query);
  if (text === alongOrder(query).text) return 'order';
  // A range is that of an account's terms.
  const terms = parameters.filter((one, n) => parameters[n - 1] === query.accountId && one !== query.region);
  return [text.includes('AS passes') ? 'terms' : 'lookups', ...new Set(terms)].join(' ');
};

/** What the optimizer makes of a million secrets. */
const MILLION = 500_000;

it.each<[string, ListQuery, (number | null)[], string]>([
  ['nothing is found', queryOf([['tag-key', 'a']]), [null, MILLION], 'terms a%'],
  ['a thousandth is found', queryOf([['tag-key', 'a']]), [1_000, MILLION], 'terms a%'],
  ['a fiftieth is found', queryOf([['tag-key', 'a']]), [40_000, MILLION], 'terms a%'],
  ['a twentieth is found', queryOf([['tag-key', 'a']]), [100_000, MILLION], 'order'],
  ['all are found', queryOf([['tag-key', 'a']]), [1_000_000, MILLION], 'order'],
  ['the account is small', queryOf([['tag-key', 'a']]), [5, 10], 'terms a%'],
  ['the order is another one', queryOf([['tag-key', 'a']], { sort: 'changed' }), [1_000, MILLION], 'lookups a%'],
  ['many are found, and the order is another one', queryOf([['tag-key', 'a']], { sort: 'changed' }), [60_000, MILLION], 'order'],
  ['the order is that of the filter', queryOf([['name', 'a']], { sort: 'name' }), [10, MILLION], 'order'],
  [
    'there are two filters',
    queryOf([
      ['tag-key', 'a'],
      ['tag-value', 'b'],
    ]),
    [500, 20, MILLION],
    'lookups b%',
  ],
  [
    'one filter is for what is not there',
    queryOf([
      ['tag-key', '!a'],
      ['tag-value', 'b'],
    ]),
    [20, MILLION],
    'lookups b%',
  ],
  ['a value has a rare word', queryOf([['description', 'frequent rare']]), [900_000, 7, MILLION], 'terms rare%'],
  ['a word has two places', queryOf([['all', 'a']]), [3, 4, MILLION], 'terms a%'],
  ['there are several values', queryOf([['tag-key', 'a', 'b']]), [3, 4, MILLION], 'terms a% b%'],
  ['one of several values is frequent', queryOf([['tag-key', 'a', 'b']]), [3, 900_000, MILLION], 'order'],
])('chooses where %s', (_where, query, estimates, expected) => expect(wayOf(query, estimates)).toBe(expected));

it('has no ranges for what no term tells', () => {
  expect(
    rangesOf(
      queryOf([
        ['primary-region', 'us'],
        ['tag-key', '!a'],
        ['description', '%'],
      ]),
    ),
  ).toEqual([]);
});

it('asks for an estimate with a parameter for each mark', () => {
  const query = queryOf([
    ['all', 'a b', 'c'],
    ['name', 'd'],
  ]);
  const { text, parameters } = estimateStatement(query, rangesOf(query));
  expect(text.split('?').length - 1).toBe(parameters.length);
});

it('reads each filter by its terms, or looks at each secret', () => {
  const query = queryOf([['tag-key', 'a']]);
  const found = { filter: 0, ranges: rangesOf(query) };
  for (const way of [alongTerms(found), throughTerms(found)]) {
    const { text, parameters } = way({ ...query, after: { key: '2026-03-10T12:00:00.000Z', id: '7' } });
    expect(text.split('?').length - 1).toBe(parameters.length);
  }
});
