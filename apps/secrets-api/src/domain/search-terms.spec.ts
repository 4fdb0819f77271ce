import fc from 'fast-check';
import { matchesWords, parseFilters, type SecretFilter } from './secret-filter';
import type { Secret } from './secret';
import { areExact, lookupsOf, type SearchedTexts, searchTermsOf } from './search-terms';

const secretOf = (texts: Partial<SearchedTexts>): SearchedTexts => ({ name: 'n', description: '', tags: new Map(), ...texts });
const filterOf = (key: string, ...values: string[]): SecretFilter => parseFilters([{ key, values }])[0]!;

/** Whether the lookups of the filter find the secret, whichever is chosen, as the database looks. */
const isFound = (texts: SearchedTexts, filter: SecretFilter): boolean =>
  lookupsOf(filter)!.some((alternatives) =>
    alternatives.every(({ places, prefix }) =>
      searchTermsOf(texts).some(({ place, text }) => places.includes(place) && text.startsWith(prefix)),
    ),
  );

it('has each term once, in its place', () => {
  const tags = new Map([
    ['Team', 'Blue blue'],
    ['stage', 'Blue blue'],
  ]);
  expect(searchTermsOf(secretOf({ name: 'prod/myDb', description: 'the DB', tags, owningService: 'rds' }))).toEqual([
    { place: 'name', text: 'prod/myDb' },
    { place: 'tag-key', text: 'Team' },
    { place: 'tag-key', text: 'stage' },
    { place: 'tag-value', text: 'Blue blue' },
    { place: 'owning-service', text: 'rds' },
    { place: 'word-of-description', text: 'the' },
    { place: 'word-of-description', text: 'db' },
    ...['prod', 'mydb', 'my', 'db', 'rds', 'team', 'stage', 'blue'].map((text) => ({ place: 'word-elsewhere', text })),
  ]);
});

it.each<[string, SecretFilter]>([
  ['a region', filterOf('primary-region', 'us')],
  ['what is not there', filterOf('tag-key', 'a', '!b')],
])('knows no lookup for %s', (_what, filter) => expect(lookupsOf(filter)).toBeUndefined());

it('finds nothing by a filter without words', () => expect(lookupsOf(filterOf('description', '%'))).toEqual([]));

it('has a choice between the longest of several words', () => {
  const places = ['word-of-description', 'word-elsewhere'];
  expect(lookupsOf(filterOf('all', 'a longest longer long', 'other'))).toEqual([
    ['longest', 'longer', 'long'].map((prefix) => ({ places, prefix })),
    [{ places, prefix: 'other' }],
  ]);
});

it('is exact, but for words and for what is longer than a term', () => {
  expect(areExact(filterOf('tag-value', 'a'))).toBe(true);
  expect(areExact(filterOf('description', 'a'))).toBe(false);
  expect(areExact(filterOf('tag-value', 'a'.repeat(257)))).toBe(false);
});

it('cuts what is too long, between characters', () => {
  const long = secretOf({ description: `${'a'.repeat(255)}𐐨𐐨` });
  const terms = searchTermsOf(long).filter(({ place }) => place === 'word-of-description');
  expect(terms).toEqual([{ place: 'word-of-description', text: 'a'.repeat(255) }]);
  expect(isFound(long, filterOf('description', `${'a'.repeat(255)}𐐨`))).toBe(true);
});

const texts = fc
  .array(fc.constantFrom('a', 'b', 'ab', 'A', 'B', ' ', '-', '1', 'ä', 'Ä', '中'), { maxLength: 12 })
  .map((parts) => parts.join(''));
const secrets = fc.record({
  name: texts,
  description: texts,
  tags: fc.array(fc.tuple(texts, texts), { maxLength: 3 }).map((tags) => new Map(tags)),
  owningService: fc.option(texts, { nil: undefined }),
});

it('finds whatever matches by words', () => {
  const values = texts.filter((text) => text.trim() !== '' && !text.startsWith('!'));
  fc.assert(
    fc.property(
      secrets,
      fc.constantFrom('description', 'all'),
      fc.array(values, { minLength: 1, maxLength: 3 }),
      (secret, key, given) => {
        const filter = filterOf(key, ...given);
        if (matchesWords(secret as unknown as Secret, [filter])) expect(isFound(secret, filter)).toBe(true);
      },
    ),
    { numRuns: 2_000 },
  );
});
