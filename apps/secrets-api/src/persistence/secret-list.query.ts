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

/** Walks along the index of the order. Reads one row more than the page has, to know whether there is another page. */
export function listStatement(query: ListQuery): Sql {
  const { index } = ORDERS[query.sort];
  const { text, parameters } = allTrue([ofAccount(query), ...conditionsOf(query, query.filters)]);
  return {
    text: `SELECT ${SECRET_COLUMNS} FROM secret s FORCE INDEX (${index}) WHERE ${text} ${orderOf(query)} LIMIT ${query.limit + 1}`,
    parameters,
  };
}

/** What one filter finds by an index, as secret_id; perhaps more than it matches. */
export interface Shortcut {
  filter: SecretFilter;
  /** One for each index range. */
  found: Sql[];
  /** By the name, which every secret has; terms are missing where `unsearchable` says so. */
  isByName: boolean;
}

export function shortcutBy(query: ListQuery, filter: SecretFilter): Shortcut | undefined {
  if (filter.key === 'name') {
    if (filter.anyOf.some(({ negated }) => negated)) return undefined;
    const found = filter.anyOf.map(({ prefixes }) => {
      const { text, parameters } = allTrue([ofAccount(query), ...prefixes.map((prefix) => asciiPrefix('s.name', prefix))]);
      return { text: `SELECT s.id AS secret_id FROM secret s FORCE INDEX (secret_name) WHERE ${text}`, parameters };
    });
    return { filter, found, isByName: true };
  }
  const lookups = lookupsOf(filter);
  if (!lookups) return undefined;
  const found = lookups.flatMap(({ places, prefix }) =>
    places.map((place) => ({
      text: `SELECT secret_id FROM secret_term
        WHERE account_id = ? AND region = ? AND place = '${PLACE_LETTERS[place]}' AND term LIKE ? ESCAPE '|'`,
      parameters: [query.accountId, query.region, likePrefix(prefix)],
    })),
  );
  return { filter, found, isByName: false };
}

/**
 * How many secrets each shortcut finds, as f0, f1 and so on, and how many have no terms, as `unsearchable`; in a single row.
 * Counts beyond the limit are not exact.
 */
export function countStatement(query: ListQuery, shortcuts: readonly Shortcut[], limit: number): Sql {
  const limited = ({ text, parameters }: Sql): Sql => ({ text: `(${text} LIMIT ${limit + 1})`, parameters });
  const counts = [[unsearchable(query)], ...shortcuts.map(({ found }) => found)].map((parts) => unionOf(parts.map(limited)));
  const columns = counts.map(({ text }, n) => `(SELECT COUNT(*) FROM (${text}) c) AS ${n === 0 ? 'unsearchable' : `f${n - 1}`}`);
  return { text: `SELECT ${columns.join(', ')}`, parameters: counts.flatMap(({ parameters }) => parameters) };
}

/** The shortcut that finds the fewest secrets; undefined: each finds more than the limit. */
export function shortest(
  shortcuts: readonly Shortcut[],
  counts: Record<string, number | string>,
  limit: number,
): ShortWay | undefined {
  const missing = Number(counts.unsearchable);
  const [first] = shortcuts
    .map((shortcut, n) => {
      const others = shortcut.isByName ? 0 : missing;
      return { ...shortcut, others: others > 0, count: Number(counts[`f${n}`]) + others };
    })
    .sort((a, b) => a.count - b.count);
  return first && first.count <= limit ? first : undefined;
}

export interface ShortWay extends Shortcut {
  /** Whether secrets without terms are to be looked at too. */
  others: boolean;
}

/** Looks at all that a shortcut finds. Reads one row more than the page has. */
export function shortcutStatement(query: ListQuery, { filter, found, others, isByName }: ShortWay): Sql {
  const union = unionOf(others ? [...found, unsearchable(query)] : found);
  const isDone = isByName || (!others && areExact(filter));
  const filters = isDone ? query.filters.filter((other) => other !== filter) : query.filters;
  const { text, parameters } = allTrue([ofAccount(query), ...conditionsOf(query, filters)]);
  // The page is cut before labels and tags are read. The order of the joins is fixed, because the optimizer does not know how few
  // there are.
  return {
    text: `SELECT ${SECRET_COLUMNS} FROM (
        SELECT s.id FROM (SELECT DISTINCT secret_id FROM (${union.text}) u) f STRAIGHT_JOIN secret s ON s.id = f.secret_id
        WHERE ${text} ${orderOf(query)} LIMIT ${query.limit + 1}
      ) p STRAIGHT_JOIN secret s ON s.id = p.id ${orderOf(query)}`,
    parameters: [...union.parameters, ...parameters],
  };
}

function orderOf({ sort, descending }: ListQuery): string {
  const direction = descending ? 'DESC' : 'ASC';
  return `ORDER BY ${ORDERS[sort].column} ${direction}, s.id ${direction}`;
}

const ofAccount = ({ accountId, region }: ListQuery): Sql => ({
  text: 's.account_id = ? AND s.region = ?',
  parameters: [accountId, region],
});

const conditionsOf = (query: ListQuery, filters: readonly SecretFilter[]): Sql[] => [
  ...(query.includeDeleted ? [] : [{ text: 's.deleted_at IS NULL', parameters: [] }]),
  ...filters.map((filter) => filterCondition(query, filter)),
  ...(query.after ? [behind(query, query.after)] : []),
];

/** Secrets that an older version of the service has written. */
const unsearchable = (query: ListQuery): Sql => ({
  text: 'SELECT id AS secret_id FROM secret WHERE unsearchable = TRUE AND account_id = ? AND region = ?',
  parameters: [query.accountId, query.region],
});

const unionOf = (parts: readonly Sql[]): Sql =>
  parts.length === 0
    ? { text: 'SELECT 0 AS secret_id FROM DUAL WHERE FALSE', parameters: [] }
    : { text: parts.map(({ text }) => text).join(' UNION ALL '), parameters: parts.flatMap(({ parameters }) => parameters) };

export function positionOf(sort: SortKey, row: SecretRow): PagePosition {
  return { key: ORDERS[sort].key(row), id: String(row.id) };
}

/** Two ranges of the index, which the optimizer reads one after the other, so a page near the end is as fast as the first. */
function behind({ sort, descending }: ListQuery, { key, id }: PagePosition): Sql {
  const { column, parameter } = ORDERS[sort];
  const than = descending ? '<' : '>';
  const row = rowIdIn(id);
  const edge = parameter(key);
  if (sort === 'name') return { text: `${column} ${than} ?`, parameters: [edge] };
  return { text: `(${column} ${than} ? OR (${column} = ? AND s.id ${than} ?))`, parameters: [edge, edge, row] };
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

const withTag = (text: string, parameters: unknown[]): Sql => ({
  text: `EXISTS (SELECT 1 FROM secret_tag t WHERE t.secret_id = s.id AND (${text}))`,
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
