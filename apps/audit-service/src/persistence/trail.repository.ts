import type { DataSource } from 'typeorm';
import { inTransaction, isDuplicateKey } from '@strongroom/database';
import { emptyChain, headOf, type ChainedEvent, type ChainHead } from '../domain/chain';
import type { EventFilter } from '../domain/event-filter';
import type { LookupPosition } from '../domain/lookup-token';
import {
  ChainConflict,
  type Seal,
  type SealStore,
  type StoredEvent,
  type TrailReader,
  type TrailStore,
  type Within,
} from '../domain/trail.port';
import {
  chainColumns,
  eventValues,
  insertEvents,
  insertResources,
  resourceValues,
  toChained,
  toStored,
  type ChainRow,
  type EventRow,
  type ResourceRow,
} from './event-rows';
import { lookupStatement } from './lookup-statement';

/** Length of one INSERT, in characters of its records: well below the server's limit of a packet (16 MiB by default). */
const maxStatement = 2_000_000;
const sealPage = 100;

/** The trail in the database. Its user may only SELECT and INSERT. */
export class TrailRepository implements TrailStore, TrailReader, SealStore {
  constructor(private readonly dataSource: DataSource) {}

  async heads(accountIds?: readonly string[]): Promise<ChainHead[]> {
    const accounts = accountIds?.length ? 'WHERE account_id IN (?)' : '';
    const rows = await this.query<{ account_id: string; sequence: number; hash: Buffer }>(
      `SELECT e.account_id, e.sequence, e.hash FROM event e
       JOIN (SELECT account_id, MAX(sequence) AS sequence FROM event ${accounts} GROUP BY account_id) last
         ON last.account_id = e.account_id AND last.sequence = e.sequence`,
      accounts ? [accountIds] : [],
    );
    return rows.map((row) => headOf(row.account_id, { sequence: Number(row.sequence), hash: row.hash }));
  }

  async known(accountId: string, eventIds: readonly string[]): Promise<Set<string>> {
    if (eventIds.length === 0) return new Set();
    const rows = await this.query<{ event_id: string }>('SELECT event_id FROM event WHERE account_id = ? AND event_id IN (?)', [
      accountId,
      eventIds,
    ]);
    return new Set(rows.map((row) => row.event_id));
  }

  async append(events: readonly ChainedEvent[]): Promise<void> {
    try {
      await inTransaction(
        this.dataSource,
        async (manager) => {
          for (const part of inParts(events)) {
            await manager.query(insertEvents, [part.map(eventValues)]);
            const resources = part.flatMap(resourceValues);
            if (resources.length > 0) await manager.query(insertResources, [resources]);
          }
        },
        { deadline: Date.now() + 30_000 },
      );
    } catch (error) {
      throw isDuplicateKey(error) ? new ChainConflict('the place or the event is taken', { cause: error }) : error;
    }
  }

  async lookup(
    { accountId, filter, after, limit }: { accountId: string; filter: EventFilter; after?: LookupPosition; limit: number },
    within: Within,
  ): Promise<ChainedEvent[]> {
    const { sql, parameters } = lookupStatement(accountId, filter, after, limit);
    return (await this.query<ChainRow>(sql, parameters, within)).map(toChained);
  }

  async after(accountId: string, sequence: number, limit: number, within?: Within): Promise<ChainedEvent[]> {
    const rows = await this.query<ChainRow>(
      `SELECT ${chainColumns} FROM event e WHERE e.account_id = ? AND e.sequence > ? ORDER BY e.sequence LIMIT ${Math.trunc(limit)}`,
      [accountId, sequence],
      within,
    );
    return rows.map(toChained);
  }

  async head(accountId: string, within?: Within): Promise<ChainHead> {
    const [row] = await this.query<{ sequence: number; hash: Buffer }>(
      'SELECT sequence, hash FROM event WHERE account_id = ? ORDER BY sequence DESC LIMIT 1',
      [accountId],
      within,
    );
    return row ? headOf(accountId, { sequence: Number(row.sequence), hash: row.hash }) : emptyChain(accountId);
  }

  async stored(accountId: string, first: number, last: number, limit: number, within: Within): Promise<StoredEvent[]> {
    const rows = await this.query<EventRow>(
      `SELECT ${chainColumns}, e.event_id, e.event_time, e.event_source, e.event_name, e.principal_arn, e.user_name, e.request_id, e.failed
       FROM event e WHERE e.account_id = ? AND e.sequence BETWEEN ? AND ? ORDER BY e.sequence LIMIT ${Math.trunc(limit)}`,
      [accountId, first, last],
      within,
    );
    if (rows.length === 0) return [];
    const resources = await this.query<ResourceRow>(
      `SELECT sequence, resource_name, resource_arn, event_time FROM event_resource FORCE INDEX (ix_sequence)
       WHERE account_id = ? AND sequence BETWEEN ? AND ?`,
      [accountId, rows[0]!.sequence, rows.at(-1)!.sequence],
      within,
    );
    const bySequence = new Map(rows.map((row) => [Number(row.sequence), [] as ResourceRow[]]));
    for (const resource of resources) bySequence.get(Number(resource.sequence))?.push(resource);
    return rows.map((row) => toStored(row, bySequence.get(Number(row.sequence))!));
  }

  async addSeal({ accountId, sequence, hash, blob }: Seal): Promise<void> {
    await this.query('INSERT INTO seal (account_id, sequence, hash, seal, created_at) VALUES (?, ?, ?, ?, UTC_TIMESTAMP(3))', [
      accountId,
      sequence,
      hash,
      blob,
    ]).catch((error: unknown) => {
      if (!isDuplicateKey(error)) throw error;
    });
  }

  async lastSeals(): Promise<Map<string, number>> {
    const rows = await this.query<{ account_id: string; sequence: number }>(
      'SELECT account_id, MAX(sequence) AS sequence FROM seal GROUP BY account_id',
      [],
    );
    return new Map(rows.map((row) => [row.account_id, Number(row.sequence)]));
  }

  async seals(accountId: string, first: number, last: number, within: Within): Promise<Seal[]> {
    const rows = await this.query<{ sequence: number; hash: Buffer; seal: Buffer }>(
      `SELECT sequence, hash, seal FROM seal WHERE account_id = ? AND sequence BETWEEN ? AND ? ORDER BY sequence LIMIT ${sealPage}`,
      [accountId, first, last],
      within,
    );
    return rows.map((row) => ({ accountId, sequence: Number(row.sequence), hash: row.hash, blob: row.seal }));
  }

  private query<Row>(sql: string, parameters: unknown[], within?: Within): Promise<Row[]> {
    return inTransaction(this.dataSource, (manager) => manager.query(sql, parameters) as Promise<Row[]>, within);
  }
}

function* inParts(events: readonly ChainedEvent[]): Generator<ChainedEvent[]> {
  let part: ChainedEvent[] = [];
  let size = 0;
  for (const event of events) {
    part.push(event);
    size += event.record.length;
    if (size < maxStatement) continue;
    yield part;
    part = [];
    size = 0;
  }
  if (part.length > 0) yield part;
}
