import { unknownToken } from '@strongroom/field-rules';
import { obeys, secretTexts } from '@strongroom/field-rules';
import { instantIn, type PagePosition, rowIdIn } from '../domain/page-token';
import { areExact, lookupsOf } from '../domain/search-terms';
import { type FilterTerm, isByWords, type SecretFilter } from '../domain/secret-filter';
import type { ListQuery, SortKey } from '../domain/secret-store.port';
import { PLACE_LETTERS } from './search-terms.statements';
import { dayText, SECRET_COLUMNS, type SecretRow } from './secret.row';

export interface Sql {
  text: string;
  parameters: unknown[];
}

const ORDERS: Record<
  SortKey,
  { column: string; index: string; key: (row: SecretRow) => string; parameter: (key: string) => unknown }
> = {
  name: { column: 's.name', index: 'secret_name', key: (row) => row.name, parameter: nameIn },
  created: {
    column: 's.created_at',
    index: 'secret_by_created',
    key: (row) => row.created_at.toISOString(),
    parameter: instantIn,
  },
  changed: {
    column: 's.last_changed_at',
    index: 'secret_by_changed',
    key: (row) => row.last_changed_at.toISOString(),
    parameter: instantIn,
  },
  accessed: {
    column: 's.last_accessed_on',
    index: 'secret_by_accessed',
    key: (row) => row.last_accessed_on.toISOString(),
    parameter: (key) => dayText(instantIn(key)),
  },
};

/** A way to a page. The statement reads one row more than the page has, to know whether there is another page. */
export type Way = (query: ListQuery) => Sql;

/** Walks along the index of the order. */
export const alongOrder: Way = (query) => {
  const { index } = ORDERS[query.sort];
  const { text, parameters } = allTrue([ofAccount(query), ...conditionsOf(query), ...behindOf(query)]);
  return {
    text: `SELECT ${SECRET_COLUMNS} FROM secret s FORCE INDEX (${index}) WHERE ${text} ${orderOf(query)} LIMIT ${query.limit + 1}`,
    parameters,
  };
};

/** A range of terms in which some filter finds secrets. */
interface Range {
  /** Of the list's filters. */
  filter: number;
  /** Of the filter's values; one range for each place of one of its alternatives finds what the value finds. */
  value: number;
  alternative: number;
  condition: Sql;
}

/** The ranges of all filters of a list that terms can answer. */
export function rangesOf({ accountId, filters }: ListQuery): Range[] {
  return filters.flatMap((one, filter) =>
    (lookupsOf(one) ?? []).flatMap((alternatives, value) =>
      alternatives.flatMap(({ places, prefix }, alternative) =>
        places.map((place) => ({
          filter,
          value,
          alternative,
          condition: {
            text: `account_id = ? AND place = '${PLACE_LETTERS[place]}' AND term LIKE ? ESCAPE '|'`,
            parameters: [accountId, likePrefix(prefix)],
          },
        })),
      ),
    ),
  );
}

export interface Estimate {
  /** Null where the database sees that there is none. */
  rows: number | string | null;
}

/**
 * Asks how many entries each range has, and then how many secrets the account has, a row each. It is the optimizer's estimate,
 * which costs the same however many there are.
 */
export function estimateStatement(query: ListQuery, ranges: readonly Range[]): Sql {
  const account = ofAccount(query);
  const parts = [
    ...ranges.map(({ condition: { text, parameters } }) => ({
      text: `SELECT secret_id FROM secret_term WHERE ${text}`,
      parameters,
    })),
    { text: `SELECT s.id FROM secret s FORCE INDEX (secret_by_created) WHERE ${account.text}`, parameters: account.parameters },
  ];
  const { text, parameters } = unionOf(parts);
  return { text: `EXPLAIN FORMAT=TRADITIONAL ${text}`, parameters };
}

/** The optimizer's estimate of a range is exact up to here, and about twice the number above. */
const EXACT = 1_000;

// Microseconds for each entry or row, measured with a million secrets; only their ratios count.
const COSTS = {
  /** An entry of a range of terms, read in the order of the range and sorted by date. */
  term: 0.5,
  /** A secret that is looked up by its id, and sorted. */
  lookup: 4,
  /** A step along the order, with a filter's conditions: twice the 5 that it takes, for of a whole table half is estimated. */
  step: 10,
};

/** The way that is likely to be the shortest to a page, by the answer to `estimateStatement`. */
export function shortestWay(query: ListQuery, ranges: readonly Range[], estimates: readonly Estimate[]): Way {
  const rows = estimates.map((one) => Number(one.rows ?? 0)).map((estimate) => (estimate > EXACT ? estimate / 2 : estimate));
  const secrets = Math.max(1, Number(estimates.at(-1)?.rows ?? 1));
  const chosen = query.filters.flatMap((_, filter) => cheapest(ranges, rows, filter) ?? []);
  const [best] = chosen.sort((a, b) => a.rows - b.rows);
  if (!best) return alongOrder;
  const isOrderOfTerms = query.sort === 'created' && query.filters.length === 1;
  const byTerms = best.rows * (isOrderOfTerms ? COSTS.term : COSTS.lookup);
  const byOrder = Math.min(secrets, ((query.limit + 1) * secrets) / Math.max(1, best.rows)) * COSTS.step;
  // The order is that of the filter: the walk is along its range, and finds at every step.
  if (byOrder < byTerms || (query.sort === 'name' && query.filters[best.filter]!.key === 'name')) return alongOrder;
  return isOrderOfTerms ? alongTerms(best) : throughTerms(best);
}

/** The ranges in which one filter finds all that it matches. */
interface Found {
  filter: number;
  ranges: Range[];
  rows: number;
}

/** undefined: no terms answer the filter. */
function cheapest(ranges: readonly Range[], rows: readonly number[], filter: number): Found | undefined {
  const alternatives = new Map<string, Found & Pick<Range, 'value'>>();
  for (const [n, range] of ranges.entries()) {
    if (range.filter !== filter) continue;
    const { value } = range;
    const key = `${value} ${range.alternative}`;
    const { ranges: others, rows: more } = alternatives.get(key) ?? { ranges: [], rows: 0 };
    alternatives.set(key, { filter, value, ranges: [...others, range], rows: more + rows[n]! });
  }
  const best = new Map<number, Found>();
  for (const { value, ...one } of alternatives.values()) {
    if (one.rows < (best.get(value)?.rows ?? Infinity)) best.set(value, one);
  }
  if (best.size === 0) return undefined;
  const all = [...best.values()];
  return { filter, ranges: all.flatMap((one) => one.ranges), rows: all.reduce((sum, one) => sum + one.rows, 0) };
}

/** Rows of this way tell whether they match, because some are read that do not. */
export interface ReadRow {
  passes?: number;
}

/**
 * Reads the terms of one filter in the order of the list. A secret that has several of them comes several times in a row.
 */
export const alongTerms =
  ({ filter, ranges }: Pick<Found, 'filter' | 'ranges'>): Way =>
  (query) => {
    const conditions = allTrue([ofAccount(query), ...conditionsOf(query, filter)]);
    const direction = directionOf(query);
    const page = `ORDER BY created_at ${direction}, secret_id ${direction} LIMIT ${query.limit + 1}`;
    const part = (from: string, id: string, condition: Sql): Sql => {
      const { text, parameters } = allTrue([condition, ...behindOf(query, { column: 'created_at', id })]);
      return { text: `(SELECT created_at, ${id} AS secret_id FROM ${from} WHERE ${text} ${page})`, parameters };
    };
    const union = unionOf([
      ...ranges.map(({ condition }) => part('secret_term', 'secret_id', condition)),
      part(UNSEARCHABLE, 'id', unsearchable(query)),
    ]);
    return {
      text: `SELECT ${SECRET_COLUMNS}, ${conditions.text} AS passes FROM (${union.text} ${page}) p
        STRAIGHT_JOIN secret s ON s.id = p.secret_id ${orderOf(query)}`,
      parameters: [...conditions.parameters, ...union.parameters],
    };
  };

/** Looks at each secret that one filter finds. */
export const throughTerms =
  ({ filter, ranges }: Pick<Found, 'filter' | 'ranges'>): Way =>
  (query) => {
    const others = unsearchable(query);
    const union = unionOf([
      ...ranges.map(({ condition: { text, parameters } }) => ({
        text: `SELECT secret_id FROM secret_term WHERE ${text}`,
        parameters,
      })),
      { text: `SELECT id AS secret_id FROM ${UNSEARCHABLE} WHERE ${others.text}`, parameters: others.parameters },
    ]);
    const { text, parameters } = allTrue([ofAccount(query), ...conditionsOf(query, filter), ...behindOf(query)]);
    // The page is cut before labels and tags are read. The order of the joins is fixed, because the optimizer does not know how
    // few there are.
    return {
      text: `SELECT ${SECRET_COLUMNS} FROM (
          SELECT s.id FROM (SELECT DISTINCT secret_id FROM (${union.text}) u) f STRAIGHT_JOIN secret s ON s.id = f.secret_id
          WHERE ${text} ${orderOf(query)} LIMIT ${query.limit + 1}
        ) p STRAIGHT_JOIN secret s ON s.id = p.id ${orderOf(query)}`,
      parameters: [...union.parameters, ...parameters],
    };
  };

const directionOf = ({ descending }: ListQuery): string => (descending ? 'DESC' : 'ASC');

function orderOf(query: ListQuery): string {
  const direction = directionOf(query);
  return `ORDER BY ${ORDERS[query.sort].column} ${direction}, s.id ${direction}`;
}

const ofAccount = ({ accountId, region }: ListQuery): Sql => ({
  text: 's.account_id = ? AND s.region = ?',
  parameters: [accountId, region],
});

/** What a secret must fulfil. `found` is the filter by whose terms it was found, if it was. */
const conditionsOf = (query: ListQuery, found?: number): Sql[] => [
  ...(query.includeDeleted ? [] : [{ text: 's.deleted_at IS NULL', parameters: [] }]),
  ...query.filters.map((filter, n) => {
    const condition = filterCondition(query, filter);
    return n === found && areExact(filter) ? anyTrue([{ text: 's.unsearchable IS NULL', parameters: [] }, condition]) : condition;
  }),
];

/** There are few, if any; the optimizer would rather walk along the order. */
const UNSEARCHABLE = 'secret FORCE INDEX (secret_by_unsearchable)';

/** Secrets whose terms are missing or may be wrong. */
const unsearchable = ({ accountId, region }: ListQuery): Sql => ({
  text: 'unsearchable = TRUE AND account_id = ? AND region = ?',
  parameters: [accountId, region],
});

const unionOf = (parts: readonly Sql[]): Sql => ({
  text: parts.map(({ text }) => text).join(' UNION ALL '),
  parameters: parts.flatMap(({ parameters }) => parameters),
});

export function positionOf(sort: SortKey, row: SecretRow): PagePosition {
  return { key: ORDERS[sort].key(row), id: String(row.id) };
}

/**
 * What comes after the page before, if there is one. Two ranges of the index, which the optimizer reads one after the other, so a
 * page near the end is as fast as the first.
 */
function behindOf({ sort, descending, after }: ListQuery, { column, id } = { column: ORDERS[sort].column, id: 's.id' }): Sql[] {
  if (!after) return [];
  const than = descending ? '<' : '>';
  const row = rowIdIn(after.id);
  const edge = ORDERS[sort].parameter(after.key);
  if (sort === 'name') return [{ text: `${column} ${than} ?`, parameters: [edge] }];
  return [{ text: `(${column} ${than} ? OR (${column} = ? AND ${id} ${than} ?))`, parameters: [edge, edge, row] }];
}

function nameIn(key: string): string {
  if (!obeys(secretTexts.name, key)) throw unknownToken();
  return key;
}

/** Refuses, cheaply, a part of what `matchesWords` refuses: it handles only ASCII and not every text. `matchesWords` decides. */
function filterCondition({ region }: ListQuery, { key, anyOf }: SecretFilter): Sql {
  return anyTrue(
    anyOf.map(({ negated, prefixes }) => {
      if (isByWords(key)) return negated ? TRUE : allTrue(prefixes.map((word) => hasWordPart(key, word)));
      // Known here: a walk along the order would look at every secret for nothing.
      if (key === 'primary-region') return prefixes.some((prefix) => region.startsWith(prefix)) === negated ? FALSE : TRUE;
      const { text, parameters } = allTrue(prefixes.map((prefix) => termCondition(key, prefix)));
      return { text: negated ? `NOT ${text}` : text, parameters };
    }),
  );
}

function termCondition(
  key: Exclude<SecretFilter['key'], 'description' | 'all' | 'primary-region'>,
  prefix: FilterTerm['prefixes'][number],
): Sql {
  switch (key) {
    case 'name':
      return asciiPrefix('s.name', prefix);
    case 'owning-service':
      return { text: `COALESCE(s.owning_service, '') LIKE ? ESCAPE '|'`, parameters: [likePrefix(prefix)] };
    case 'tag-key':
      return withTag(`t.tag_key LIKE ? ESCAPE '|'`, [likePrefix(prefix)]);
    case 'tag-value':
      return withTag(`t.tag_value LIKE ? ESCAPE '|'`, [likePrefix(prefix)]);
  }
}

/** These columns hold only ASCII, so no other text is a prefix, and the database refuses to compare it. */
const asciiPrefix = (column: string, prefix: string): Sql =>
  /^[\x00-\x7f]*$/.test(prefix) ? { text: `${column} LIKE ? ESCAPE '|'`, parameters: [likePrefix(prefix)] } : FALSE;

/** For one secret at a time: without its limit, the optimizer would read the tags of all secrets, and write them to disk. */
const withTag = (text: string, parameters: unknown[]): Sql => ({
  text: `COALESCE((SELECT TRUE FROM secret_tag t WHERE t.secret_id = s.id AND (${text}) LIMIT 1), FALSE)`,
  parameters,
});

/** The word is somewhere in the texts, at the start of a word or elsewhere. */
function hasWordPart(key: 'description' | 'all', word: string): Sql {
  if (!/^[\x00-\x7f]*$/.test(word)) return TRUE;
  const pattern = `%${word}%`;
  const like = (column: string): Sql => ({ text: `LOWER(${column}) LIKE ?`, parameters: [pattern] });
  if (key === 'description') return like('s.description');
  const tag = withTag('LOWER(t.tag_key) LIKE ? OR LOWER(t.tag_value) LIKE ?', [pattern, pattern]);
  return anyTrue([like('s.name'), like('s.description'), like(`COALESCE(s.owning_service, '')`), tag]);
}

const TRUE: Sql = { text: 'TRUE', parameters: [] };
const FALSE: Sql = { text: 'FALSE', parameters: [] };
const likePrefix = (text: string): string => `${text.replace(/[|%_]/g, '|$&')}%`;

const joined = (terms: Sql[], by: string): Sql => ({
  text: `(${terms.map(({ text }) => text).join(by)})`,
  parameters: terms.flatMap(({ parameters }) => parameters),
});
const anyTrue = (terms: Sql[]): Sql => joined(terms, ' OR ');
const allTrue = (terms: Sql[]): Sql => (terms.length === 0 ? FALSE : joined(terms, ' AND '));
