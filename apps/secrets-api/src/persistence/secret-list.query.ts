import { unknownToken } from '@strongroom/field-rules';
import { obeys, secretTexts } from '@strongroom/field-rules';
import { instantIn, type PagePosition, rowIdIn } from '../domain/page-token';
import { type FilterTerm, isByWords, type SecretFilter } from '../domain/secret-filter';
import type { ListQuery, SortKey } from '../domain/secret-store.port';
import { dayText, SECRET_COLUMNS, type SecretRow } from './secret.row';

interface Sql {
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

/** Reads one row more than the page has, to know whether there is another page. */
export function listStatement(query: ListQuery): Sql {
  const { column, index } = ORDERS[query.sort];
  const direction = query.descending ? 'DESC' : 'ASC';
  const conditions: Sql[] = [
    { text: 's.account_id = ? AND s.region = ?', parameters: [query.accountId, query.region] },
    ...(query.includeDeleted ? [] : [{ text: 's.deleted_at IS NULL', parameters: [] }]),
    ...query.filters.map(filterCondition),
    ...(query.after ? [behind(query, query.after)] : []),
  ];
  // For a list, walking the index of the order is right; only a prefix of the name can be a shorter way.
  const byName = query.filters.some(({ key, anyOf }) => key === 'name' && anyOf.every(({ negated }) => !negated));
  return {
    text: `SELECT ${SECRET_COLUMNS} FROM secret s ${byName ? '' : `FORCE INDEX (${index})`}
      WHERE ${conditions.map(({ text }) => text).join(' AND ')}
      ORDER BY ${column} ${direction}, s.id ${direction} LIMIT ${query.limit + 1}`,
    parameters: conditions.flatMap(({ parameters }) => parameters),
  };
}

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
function filterCondition({ key, anyOf }: SecretFilter): Sql {
  return anyTrue(
    anyOf.map(({ negated, prefixes }) => {
      if (isByWords(key)) return negated ? TRUE : allTrue(prefixes.map((word) => hasWordPart(key, word)));
      const { text, parameters } = allTrue(prefixes.map((prefix) => termCondition(key, prefix)));
      return { text: negated ? `NOT ${text}` : text, parameters };
    }),
  );
}

function termCondition(key: Exclude<SecretFilter['key'], 'description' | 'all'>, prefix: FilterTerm['prefixes'][number]): Sql {
  switch (key) {
    case 'name':
      return asciiPrefix('s.name', prefix);
    case 'primary-region':
      return asciiPrefix('s.region', prefix);
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
  /^[\x00-\x7f]*$/.test(prefix)
    ? { text: `${column} LIKE ? ESCAPE '|'`, parameters: [likePrefix(prefix)] }
    : { text: 'FALSE', parameters: [] };

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
const likePrefix = (text: string): string => `${text.replace(/[|%_]/g, '|$&')}%`;

const joined = (terms: Sql[], by: string): Sql => ({
  text: `(${terms.map(({ text }) => text).join(by)})`,
  parameters: terms.flatMap(({ parameters }) => parameters),
});
const anyTrue = (terms: Sql[]): Sql => joined(terms, ' OR ');
const allTrue = (terms: Sql[]): Sql => (terms.length === 0 ? { text: 'FALSE', parameters: [] } : joined(terms, ' AND '));
