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
  /** Blocks that end before this have no requested events, nor have those that begin after `until`. Epoch milliseconds. */
  from: number;
  until: number;
}

export const walkOf = (accountId: string, filter: EventFilter, after: LookupPosition | undefined): Walk => {
  const until = Math.min(filter.endTime?.getTime() ?? latest, after?.time ?? latest);
  return {
    accountId,
    terms: filterTerms(accountId, filter).map(termHash),
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

/**
 * The next blocks behind a place. With terms: the stretch of the first one's entries, walked backwards, as far as the other terms
 * lead to the same blocks. The order of the tables and the index are named: the optimiser knows nothing of what is rare.
 */
export const walkStatement = (
  { accountId, terms, from, until }: Walk,
  { time, sequence }: LookupPosition,
  limit: number,
): { sql: string; parameters: unknown[] } => {
  const stretch = (t: string) =>
    `${t}.last_time >= ? AND ${t}.last_time <= ? AND (${t}.last_time < ? OR ${t}.first_sequence < ?) AND b.first_time <= ?
      ORDER BY ${t}.last_time DESC, ${t}.first_sequence DESC LIMIT ${Math.trunc(limit)}`;
  const ends = [new Date(from), new Date(time), new Date(time), sequence, new Date(until)];
  const [first, ...others] = terms;
  if (!first)
    return {
      sql: `SELECT b.last_time, b.first_sequence, b.records FROM event_block b FORCE INDEX (ix_time)
        WHERE b.account_id = ? AND ${stretch('b')}`,
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
        WHERE p.term = ? AND ${stretch('p')}`,
    parameters: [...others, accountId, first, ...ends],
  };
};
