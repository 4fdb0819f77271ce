import { type HotPool, isDuplicateKey, type Lease, questionMarks } from '@strongroom/database';
import { internalServiceError } from '@strongroom/errors';
import { emptyChain, headOf, type ChainedEvent, type ChainHead } from '../domain/chain';
import { intoBlocks, type BlockBounds } from '../domain/event-block';
import { mayMatch, type EventFilter } from '../domain/event-filter';
import { termHash } from '../domain/hashing/term-hash';
import type { LookupPosition } from '../domain/lookup-token';
import {
  ChainConflict,
  type BlockEntries,
  type Inspection,
  type OpenBlock,
  type PackedBlock,
  type Seal,
  type SealStore,
  type StoredBlock,
  type TrailReader,
  type TrailStore,
  type Within,
} from '../domain/trail.port';
import { BlockError } from './block-codec';
import {
  blockValues,
  boundsColumns,
  boundsOf,
  idBytes,
  isCanonicalId,
  identityValues,
  insertBlocks,
  insertIdentities,
  insertPostings,
  openEvents,
  postingValues,
  storedEvents,
  type BlockRow,
  type RecordsRow,
} from './block-rows';
import { inGroups, insertRows } from './many-rows';
import { completesNode, growTree } from './tree-growth';
import { beginningOf, type Walk, walkOf, walkStatement } from './walk-statement';

const lastPlace = 'SELECT last_sequence FROM event_block WHERE account_id = ? ORDER BY first_sequence DESC LIMIT 1';
const firstPlace = 'SELECT MIN(first_sequence) FROM event_block WHERE account_id = ?';
/** One look into the index for each account. */
export const lastBlocks = `SELECT account_id, MAX(first_sequence) AS place FROM event_block FORCE INDEX (PRIMARY) GROUP BY account_id`;
const sealPage = 100;
/** The numbers of blocks that are read together: few at first, because one often has all that is needed. */
const firstPage = 4;
const page = 32;
const appendTimeout = 30_000;
const readTimeout = 5_000;

/** The trail in the database. Its user may only SELECT and INSERT, but for the lease. */
export class DatabaseTrail implements TrailStore, TrailReader, SealStore {
  /** @param lease without it, `append` relies on the tables' keys alone */
  constructor(
    private readonly pool: HotPool,
    private readonly lease?: Pick<Lease, 'guard'>,
  ) {}

  async heads(accountIds?: readonly string[]): Promise<ChainHead[]> {
    if (accountIds) {
      const heads = await Promise.all(accountIds.map((accountId) => this.head(accountId)));
      return heads.filter((head) => head.sequence > 0);
    }
    const rows = await this.pool.query<HeadRow & { account_id: string }>(
      `SELECT b.account_id, b.last_sequence, b.last_hash FROM event_block b
       JOIN (SELECT account_id, MAX(first_sequence) AS first_sequence FROM event_block GROUP BY account_id) last
         ON last.account_id = b.account_id AND last.first_sequence = b.first_sequence`,
      [],
    );
    return rows.map((row) => headOfRow(row.account_id, row));
  }

  async known(accountId: string, eventIds: readonly string[]): Promise<Set<string>> {
    const claimed = await this.identities(accountId, eventIds, {});
    await this.confirm(accountId, claimed);
    return new Set(claimed.keys());
  }

  async append(events: readonly ChainedEvent[]): Promise<void> {
    const blocks = intoBlocks(events);
    const rows = await Promise.all(blocks.map(blockValues));
    const identities = blocks.flatMap(identityValues);
    const postings = blocks.flatMap(postingValues);
    try {
      await this.pool.transaction(
        async (statements) => {
          await this.lease?.guard(statements);
          // One by one, because they are large; and first, so that of two writers one waits here for the other.
          for (const row of rows) await insertRows(statements, insertBlocks, [row]);
          await insertRows(statements, insertIdentities, identities);
          await insertRows(statements, insertPostings, postings);
          for (const { accountId, firstSequence, lastSequence } of blocks)
            if (completesNode(firstSequence, lastSequence)) await growTree(statements, accountId, lastSequence);
        },
        { deadline: Date.now() + appendTimeout },
      );
    } catch (error) {
      throw isDuplicateKey(error) ? new ChainConflict('the place or the event is taken', { cause: error }) : error;
    }
  }

  async *walk(
    { accountId, filter, after }: { accountId: string; filter: EventFilter; after?: LookupPosition },
    within: Within,
  ): AsyncGenerator<OpenBlock> {
    const options = { deadline: within.deadline ?? Date.now() + readTimeout };
    const wanted = mayMatch(filter);
    if (filter.eventId !== undefined) {
      yield* this.blockOf(accountId, filter.eventId, wanted, options);
      return;
    }
    const walk = await this.withoutFirstTerms(walkOf(accountId, filter, after), options);
    let place = beginningOf(walk);
    for (let limit = firstPage; ; limit = page) {
      const { sql, parameters } = walkStatement(walk, place, limit);
      const rows = await this.pool.query<WalkedRow>(sql, parameters, options);
      for (const [index, row] of rows.entries()) {
        // The next block limits what can follow; the last block of a page does so itself.
        place = placeOf(rows[index + 1] ?? row);
        yield { events: await openEvents(row, wanted), rest: place };
      }
      if (rows.length < limit) return;
    }
  }

  private async *blockOf(
    accountId: string,
    eventId: string,
    wanted: (record: string) => boolean,
    within: Within,
  ): AsyncGenerator<OpenBlock> {
    if (!isCanonicalId(eventId)) return;
    const place = (await this.identities(accountId, [eventId], within)).get(eventId);
    const row = place === undefined ? undefined : await this.rowOf(accountId, place, within);
    if (row) yield { events: await openEvents(row, wanted), rest: { time: 0, sequence: 0 } };
  }

  /** As a rule, all blocks of an account have the same set of terms; then one walk finds them. */
  private async withoutFirstTerms(walk: Walk, within: Within): Promise<Walk> {
    if (!walk.firstTerms) return walk;
    const rows = await this.pool.query(
      'SELECT 1 FROM event_block FORCE INDEX (ix_term_set) WHERE account_id = ? AND term_set = 1 LIMIT 1',
      [walk.accountId],
      within,
    );
    return rows.length > 0 ? walk : { ...walk, firstTerms: undefined };
  }

  /** Of the block that has the place, if it is there. */
  private async rowOf(accountId: string, sequence: number, within?: Within): Promise<RecordsRow | undefined> {
    const [row] = await this.pool.query<RecordsRow>(
      `SELECT first_sequence, records FROM event_block WHERE account_id = ? AND first_sequence <= ?
       ORDER BY first_sequence DESC LIMIT 1`,
      [accountId, sequence],
      within,
    );
    return row;
  }

  async after(accountId: string, sequence: number, limit: number, within?: Within): Promise<ChainedEvent[]> {
    const events: ChainedEvent[] = [];
    for (;;) {
      const place = events.at(-1)?.sequence ?? sequence;
      const rows = await this.pool.query<RecordsRow>(
        `SELECT first_sequence, records FROM event_block
         WHERE account_id = ? AND last_sequence > ? AND first_sequence >=
           COALESCE((SELECT MAX(b.first_sequence) FROM event_block b WHERE b.account_id = ? AND b.first_sequence <= ?), 0)
         ORDER BY first_sequence LIMIT ${firstPage}`,
        [accountId, place, accountId, place],
        within,
      );
      for (const row of rows) events.push(...(await openEvents(row)).filter((event) => event.sequence > place));
      if (rows.length < firstPage || events.length >= limit) return events;
    }
  }

  async head(accountId: string, within?: Within): Promise<ChainHead> {
    const [row] = await this.pool.query<HeadRow>(
      'SELECT last_sequence, last_hash FROM event_block WHERE account_id = ? ORDER BY first_sequence DESC LIMIT 1',
      [accountId],
      within,
    );
    return row ? headOfRow(accountId, row) : emptyChain(accountId);
  }

  async lastBlocks(): Promise<Map<string, number>> {
    const rows = await this.pool.query<{ account_id: string; place: number }>(lastBlocks, []);
    return new Map(rows.map(({ account_id, place }) => [account_id, Number(place)]));
  }

  async *packed(accountId: string, first: number, last: number, within: Within): AsyncGenerator<PackedBlock> {
    const [start] = await this.pool.query<{ place: number }>(
      'SELECT COALESCE(MAX(first_sequence), 0) AS place FROM event_block WHERE account_id = ? AND first_sequence <= ?',
      [accountId, first],
      within,
    );
    // Only the places of blocks decide where it continues: other data of a row may be wrong.
    let from = Number(start!.place);
    for (;;) {
      const rows = await this.pool.query<BlockRow>(
        `SELECT ${boundsColumns}, term_set, records FROM event_block
         WHERE account_id = ? AND first_sequence >= ? AND first_sequence <= ? ORDER BY first_sequence LIMIT ${firstPage}`,
        [accountId, from, last],
        within,
      );
      for (const row of rows) {
        yield { ...boundsOf(accountId, row), termSet: Number(row.term_set), records: row.records };
        from = Number(row.first_sequence) + 1;
      }
      if (rows.length < firstPage) return;
    }
  }

  async open({ records, ...block }: PackedBlock): Promise<StoredBlock> {
    const row = { first_sequence: block.firstSequence, records: Buffer.from(records.buffer, records.byteOffset, records.length) };
    const events = await storedEvents(row).catch((error: unknown) => {
      if (!(error instanceof BlockError)) throw error;
      return undefined;
    });
    return { ...block, events };
  }

  async hasEntries(
    { accountId, firstSequence, lastTime }: BlockBounds,
    { eventIds, offsets, terms }: Inspection,
    within: Within,
  ): Promise<boolean> {
    const wanted = split(terms);
    let found = 0;
    for (const group of inGroups(wanted)) {
      const [row] = await this.pool.query<{ found: number }>(
        `SELECT COUNT(*) AS found FROM event_posting
         WHERE term IN (${questionMarks(group.length)}) AND last_time = ? AND first_sequence = ?`,
        [...group, new Date(lastTime), firstSequence],
        within,
      );
      found += Number(row!.found);
    }
    if (found !== wanted.length) return false;
    const places = [...offsets].map((offset) => firstSequence + offset);
    let at = 0;
    for (const group of inGroups(split(eventIds))) {
      const [row] = await this.pool.query<{ places: string | null }>(
        `SELECT GROUP_CONCAT(sequence ORDER BY event_id) AS places FROM event_identity
         WHERE account_id = ? AND event_id IN (${questionMarks(group.length)})`,
        [accountId, ...group],
        within,
      );
      const expected = places.slice(at, (at += Math.min(group.length, places.length - at)));
      if (row!.places !== expected.join()) return false;
    }
    return true;
  }

  async entries(
    { accountId, firstSequence, lastTime }: Pick<BlockBounds, 'accountId' | 'firstSequence' | 'lastTime'>,
    wanted: { eventIds: readonly string[]; terms: readonly string[] },
    within: Within,
  ): Promise<BlockEntries> {
    const byHash = new Map(wanted.terms.map((term) => [termHash(term).toString('hex'), term]));
    const terms = new Set<string>();
    for (const group of inGroups([...byHash.keys()])) {
      const rows = await this.pool.query<{ term: Buffer }>(
        `SELECT term FROM event_posting WHERE term IN (${questionMarks(group.length)}) AND last_time = ? AND first_sequence = ?`,
        [...group.map((hash) => Buffer.from(hash, 'hex')), new Date(lastTime), firstSequence],
        within,
      );
      for (const { term } of rows) terms.add(byHash.get(term.toString('hex'))!);
    }
    return { identities: await this.identities(accountId, wanted.eventIds, within), terms };
  }

  async countIdentities(accountId: string, within: Within): Promise<{ entries: number; places: number; first: number }> {
    const [row] = await this.pool.query<{ entries: number; places: number | null; first: number | null }>(
      `SELECT COUNT(*) AS entries, (${lastPlace}) AS places, (${firstPlace}) AS first
       FROM event_identity WHERE account_id = ?`,
      [accountId, accountId, accountId],
      within,
    );
    return { entries: Number(row!.entries), places: Number(row!.places ?? 0), first: Number(row!.first ?? 0) };
  }

  async addSeal({ accountId, sequence, hash, blob }: Seal): Promise<void> {
    const insert = 'INSERT INTO seal (account_id, sequence, hash, seal, created_at) VALUES (?, ?, ?, ?, UTC_TIMESTAMP(3))';
    try {
      await this.pool.transaction((statements) => statements.execute(insert, [accountId, sequence, hash, blob]));
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  async lastSeals(): Promise<Map<string, number>> {
    const rows = await this.pool.query<{ account_id: string; sequence: number }>(
      'SELECT account_id, MAX(sequence) AS sequence FROM seal GROUP BY account_id',
      [],
    );
    return new Map(rows.map((row) => [row.account_id, Number(row.sequence)]));
  }

  async seals(accountId: string, first: number, last: number, within: Within): Promise<Seal[]> {
    const rows = await this.pool.query<{ sequence: number; hash: Buffer; seal: Buffer }>(
      `SELECT sequence, hash, seal FROM seal WHERE account_id = ? AND sequence BETWEEN ? AND ? ORDER BY sequence LIMIT ${sealPage}`,
      [accountId, first, last],
      within,
    );
    return rows.map((row) => ({ accountId, sequence: Number(row.sequence), hash: row.hash, blob: row.seal }));
  }

  /** An event counts as known only if it is where its entry says: a forged entry must not keep it out. */
  private async confirm(accountId: string, claimed: ReadonlyMap<string, number>): Promise<void> {
    const open = new Map([...claimed].map(([eventId, sequence]) => [sequence, eventId]));
    for (const sequence of [...open.keys()].sort((a, b) => a - b)) {
      if (!open.has(sequence)) continue;
      const row = await this.rowOf(accountId, sequence);
      for (const { event, sequence: place } of row ? await openEvents(row) : [])
        if (open.get(place) === event.eventId) open.delete(place);
      if (open.has(sequence))
        throw internalServiceError(`the entry of an event's id names the place ${sequence}, where it is not`);
    }
    if (new Set(claimed.values()).size < claimed.size) throw internalServiceError('two ids of events name one place');
  }

  private async identities(accountId: string, eventIds: readonly string[], within: Within): Promise<Map<string, number>> {
    const byHex = new Map(eventIds.map((eventId) => [idBytes(eventId).toString('hex'), eventId]));
    const places = new Map<string, number>();
    for (const group of inGroups([...byHex.keys()])) {
      const rows = await this.pool.query<{ event_id: Buffer; sequence: number }>(
        `SELECT event_id, sequence FROM event_identity WHERE account_id = ? AND event_id IN (${questionMarks(group.length)})`,
        [accountId, ...group.map((hex) => Buffer.from(hex, 'hex'))],
        within,
      );
      for (const row of rows) places.set(byHex.get(row.event_id.toString('hex'))!, Number(row.sequence));
    }
    return places;
  }
}

/** 16 bytes each. */
const split = (bytes: Uint8Array): Buffer[] =>
  Array.from({ length: bytes.length / 16 }, (_, i) => Buffer.from(bytes.subarray(16 * i, 16 * (i + 1))));

interface WalkedRow extends RecordsRow {
  last_time: Date;
}

const placeOf = (row: WalkedRow): LookupPosition => ({ time: row.last_time.getTime(), sequence: Number(row.first_sequence) });

interface HeadRow {
  last_sequence: number;
  last_hash: Buffer;
}

const headOfRow = (accountId: string, row: HeadRow): ChainHead =>
  headOf(accountId, { sequence: Number(row.last_sequence), hash: row.last_hash });
