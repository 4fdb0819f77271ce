import { MAX_SPAN } from '../domain/event-block';
import type { EventFilter } from '../domain/event-filter';
import { filterTerms } from '../domain/event-terms';
import { termHash } from '../domain/hashing/term-hash';
import type { LookupPosition } from '../domain/lookup-token';

/** The instants that events of the trail can have. */
const earliest = 0;
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** The course of a lookup through the blocks, from the latest backwards. */
export interface Walk {
  accountId: string;
  terms: Buffer[];
  /** The terms that lead to blocks with the first set, if they are fewer. */
  firstTerms?: Buffer[];
  /** Blocks that end before this have no requested events, nor have those that begin after `until`. Epoch milliseconds. */
  from: number;
  until: number;
}

export const walkOf = (accountId: string, filter: EventFilter, after: LookupPosition | undefined): Walk => {
  const until = Math.min(filter.endTime?.getTime() ?? latest, after?.time ?? latest);
  const [terms, firstTerms] = [filterTerms(accountId, filter), filterTerms(accountId, filter, 1)];
  return {
    accountId,
    terms: terms.map(termHash),
    firstTerms: firstTerms.length < terms.length ? firstTerms.map(termHash) : undefined,
    from: possible(filter.startTime?.getTime() ?? earliest),
    until: possible(until),
  };
};

/** The start of the walk: no block spans more than this. */
export const beginningOf = ({ until }: Walk): LookupPosition => ({
  time: possible(until + MAX_SPAN),
  sequence: Number.MAX_SAFE_INTEGER,
});

const possible = (time: number): number => Math.min(Math.max(time, earliest), latest);

interface Statement {
  sql: string;
  parameters: unknown[];
}

/**
 * The next blocks behind a place. Where the walk has terms that do not lead to all blocks, those of the first set come from a
 * walk of their own, by fewer terms or by none.
 */
export const walkStatement = (walk: Walk, place: LookupPosition, limit: number): Statement => {
  const { terms, firstTerms } = walk;
  const byAll = stretch(walk, terms, place, limit);
  if (!firstTerms) return byAll;
  const byFirst = stretch(walk, firstTerms, place, limit, 1);
  return {
    sql: `SELECT last_time, first_sequence, records FROM ((${byAll.sql}) UNION ALL (${byFirst.sql})) AS w
      ORDER BY last_time DESC, first_sequence DESC LIMIT ${Math.trunc(limit)}`,
    parameters: [...byAll.parameters, ...byFirst.parameters],
  };
};

/**
 * With terms: the stretch of the first one's entries, walked backwards, as far as the other terms lead to the same blocks. The
 * order of the tables and the index are named: the optimiser knows nothing of what is rare.
 */
const stretch = (
  { accountId, from, until }: Walk,
  terms: readonly Buffer[],
  { time, sequence }: LookupPosition,
  limit: number,
  onlyTermSet?: 1,
): Statement => {
  const ofSet = onlyTermSet === undefined ? '' : `AND b.term_set = ${onlyTermSet}`;
  const within = (t: string) =>
    `${t}.last_time >= ? AND ${t}.last_time <= ? AND (${t}.last_time < ? OR ${t}.first_sequence < ?) AND b.first_time <= ? ${ofSet}
      ORDER BY ${t}.last_time DESC, ${t}.first_sequence DESC LIMIT ${Math.trunc(limit)}`;
  const ends = [new Date(from), new Date(time), new Date(time), sequence, new Date(until)];
  const [first, ...others] = terms;
  if (!first)
    return {
      sql: `SELECT b.last_time, b.first_sequence, b.records
        FROM event_block b FORCE INDEX (${onlyTermSet === undefined ? 'ix_time' : 'ix_term_set'})
        WHERE b.account_id = ? AND ${within('b')}`,
      parameters: [accountId, ...ends],
    };
  const joins = others.map(
    (_, i) => `STRAIGHT_JOIN event_posting p${i} FORCE INDEX (PRIMARY)
        ON p${i}.term = ? AND p${i}.last_time = p.last_time AND p${i}.first_sequence = p.first_sequence`,
  );
  return {
    sql: `SELECT p.last_time, p.first_sequence, b.records FROM event_posting p FORCE INDEX (PRIMARY)
        ${joins.join(' ')}
        STRAIGHT_JOIN event_block b FORCE INDEX (PRIMARY) ON b.account_id = ? AND b.first_sequence = p.first_sequence
        WHERE p.term = ? AND ${within('p')}`,
    parameters: [...others, accountId, first, ...ends],
  };
};
