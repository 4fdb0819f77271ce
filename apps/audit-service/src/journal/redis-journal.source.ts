import { decodeRecords, EventEncodingError, ForgedEntryError, readEntry, type EncodedEvent } from '@strongroom/audit-trail';
import { replaceIfSilent } from '@strongroom/redis';
import type { Redis } from 'ioredis';
import type { ChainHead } from '../domain/chain';
import type { UnstoredEvents } from '../domain/catch-up';
import { StaleLedgerError, type JournalEntry, type JournalSource, type LedgerChanges } from '../domain/ingestion';
import { maySpeakFor } from '../domain/producers';
import { isStorable } from '../domain/storable';
import type { EntryKeys } from './entry-keys';
import { anchorKey, anchorValue } from './redis-anchor';

const generationField = 'generation';
/** The number of set-aside entries that are kept, approximately. */
const MAX_ASIDE = 10_000;

/**
 * The journal, for reading. It has no consumer group: one process at a time reads, always from the first entry that nobody has
 * deleted. So there is nothing to hand over when the process dies, and no order to restore.
 */
export class RedisJournalSource implements JournalSource, UnstoredEvents {
  /** The last request to hurry that this process has seen. */
  private hurriedAt = '0-0';

  /** @param reader waits for entries, so it needs its own connection */
  constructor(
    private readonly reader: Redis,
    private readonly redis: Redis,
    private readonly stream: string,
    private readonly keys: Pick<EntryKeys, 'find' | 'unsignedUntil'>,
  ) {}

  async read(after: string, count: number, waitMs: number): Promise<JournalEntry[]> {
    const { reader, stream, hurryKey } = this;
    const answer = await replacing(
      reader,
      reader.xread('COUNT', count, 'BLOCK', waitMs, 'STREAMS', stream, hurryKey, after, this.hurriedAt),
    );
    this.noteHurry(answer);
    const entries = answer?.find(([key]) => key === stream)?.[1] ?? [];
    return entries.map(([id, fields]) => this.entry(id, fields));
  }

  async linger(milliseconds: number): Promise<void> {
    const { reader, hurryKey } = this;
    this.noteHurry(await replacing(reader, reader.xread('BLOCK', milliseconds, 'STREAMS', hurryKey, this.hurriedAt)));
  }

  async hurry(): Promise<void> {
    await replacing(this.redis, this.redis.xadd(this.hurryKey, 'MAXLEN', 1, '*', 'hurry', ''));
  }

  async last(): Promise<string | undefined> {
    const [entry] = await replacing(this.redis, this.redis.xrevrange(this.stream, '+', '-', 'COUNT', 1));
    return entry?.[0];
  }

  async has(upTo: string): Promise<boolean> {
    return (await replacing(this.redis, this.redis.xrange(this.stream, '-', upTo, 'COUNT', 1))).length > 0;
  }

  async ledger(): Promise<{ state: Record<string, string>; generation: number }> {
    const { [generationField]: generation, ...state } = await replacing(this.redis, this.redis.hgetall(this.ledgerKey));
    return { state, generation: Number(generation ?? 0) };
  }

  async isCurrent(generation: number): Promise<boolean> {
    return Number((await replacing(this.redis, this.redis.hget(this.ledgerKey, generationField))) ?? 0) === generation;
  }

  async finish(work: {
    ids: readonly string[];
    aside: readonly string[];
    heads: readonly ChainHead[];
    ledger: LedgerChanges;
  }): Promise<void> {
    const { ids, aside, heads, ledger } = work;
    const contents = await this.contents(aside);
    // If two processes finish at once, WATCH lets one succeed.
    await replacing(this.redis, this.redis.watch(this.ledgerKey));
    if (!(await this.isCurrent(ledger.generation))) {
      await replacing(this.redis, this.redis.unwatch());
      throw new StaleLedgerError();
    }
    const transaction = this.redis.multi();
    for (const head of heads) transaction.hset(anchorKey(this.stream), head.accountId, anchorValue(head));
    for (const [id, fields] of contents)
      transaction.xadd(`${this.stream}:set-aside`, 'MAXLEN', '~', MAX_ASIDE, '*', 'entry', id, ...fields);
    transaction.hset(this.ledgerKey, generationField, ledger.generation + 1);
    for (const [field, value] of ledger.changes) {
      if (value === undefined) transaction.hdel(this.ledgerKey, field);
      else transaction.hset(this.ledgerKey, field, value);
    }
    transaction.xdel(this.stream, ...ids, ...aside);
    await replacing(this.redis, succeed(transaction.exec()));
  }

  /** Entries that wait. */
  length(): Promise<number> {
    return this.redis.xlen(this.stream);
  }

  private get ledgerKey(): string {
    return `${this.stream}:producers`;
  }

  /** A stream whose only entry is the last request to hurry. */
  private get hurryKey(): string {
    return `${this.stream}:hurry`;
  }

  private noteHurry(answer: [key: string, entries: [id: string, fields: string[]][]][] | null): void {
    this.hurriedAt = answer?.find(([key]) => key === this.hurryKey)?.[1].at(-1)?.[0] ?? this.hurriedAt;
  }

  private async contents(ids: readonly string[]): Promise<[id: string, fields: string[]][]> {
    const contents: [string, string[]][] = [];
    for (const id of ids) contents.push(...(await replacing(this.redis, this.redis.xrange(this.stream, id, id))));
    return contents;
  }

  private entry(id: string, fields: readonly string[]): JournalEntry {
    try {
      const { records, origin } = readEntry(fields, this.keys.find);
      const events = readable(records);
      if (!origin) {
        const isOld = Number(id.split('-')[0]) < this.keys.unsignedUntil;
        return isOld ? { id, events } : { id, events: undefined, forgery: 'nobody signed it' };
      }
      const isOwn =
        !events ||
        maySpeakFor(
          origin.producer,
          events.map(({ event }) => event),
        );
      return isOwn
        ? { id, events, origin }
        : { id, events: undefined, forgery: `${origin.producer} may not report events of these services` };
    } catch (error) {
      if (error instanceof ForgedEntryError) return { id, events: undefined, forgery: error.message };
      throw error;
    }
  }
}

/** The outcome of a command; if Redis is silent on a connection, it is replaced. */
const replacing = <T>(redis: Redis, command: Promise<T>): Promise<T> =>
  command.catch((error: unknown) => {
    replaceIfSilent(redis, error);
    throw error;
  });

const readable = (records: readonly string[]): EncodedEvent[] | undefined => {
  try {
    const events = decodeRecords(records);
    return events.length > 0 && events.every(({ event }) => isStorable(event)) ? events : undefined;
  } catch (error) {
    if (error instanceof EventEncodingError) return undefined;
    throw error;
  }
};

const succeed = async (transaction: Promise<[Error | null, unknown][] | null>): Promise<void> => {
  const results = await transaction;
  if (!results) throw new StaleLedgerError();
  for (const [error] of results) if (error) throw error;
};
