import { decodeEntry, EventEncodingError, replaceIfSilent } from '@strongroom/audit-trail';
import type { Redis } from 'ioredis';
import type { ChainHead } from '../domain/chain';
import type { JournalEntry, JournalSource } from '../domain/ingestion';
import { isStorable } from '../domain/storable';
import { anchorKey, anchorValue } from './redis-anchor';

/**
 * The journal as it is read. It has no consumer group: one process at a time reads, always from the first entry that nobody has
 * deleted, so there is nothing to hand over when it dies, and nothing to bring back into order.
 */
export class RedisJournalSource implements JournalSource {
  /** @param reader waits for entries, so it is a connection of its own */
  constructor(
    private readonly reader: Redis,
    private readonly redis: Redis,
    private readonly stream: string,
  ) {}

  async read(after: string, count: number, waitMs: number): Promise<JournalEntry[]> {
    const answer = await replacing(
      this.reader,
      this.reader.xread('COUNT', count, 'BLOCK', waitMs, 'STREAMS', this.stream, after),
    );
    const entries = answer?.[0]?.[1] ?? [];
    return entries.map(([id, fields]) => ({ id, events: readable(fields) }));
  }

  async finish(ids: readonly string[], heads: readonly ChainHead[]): Promise<void> {
    const transaction = this.redis.multi();
    for (const head of heads) transaction.hset(anchorKey(this.stream), head.accountId, anchorValue(head));
    transaction.xdel(this.stream, ...ids);
    await replacing(this.redis, succeed(transaction.exec()));
  }

  async setAside(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const [entry] = await replacing(this.redis, this.redis.xrange(this.stream, id, id));
      if (!entry) continue;
      const aside = this.redis.multi().xadd(`${this.stream}:set-aside`, '*', 'entry', id, ...entry[1]);
      await replacing(this.redis, succeed(aside.xdel(this.stream, id).exec()));
    }
  }

  /** Entries that wait. */
  length(): Promise<number> {
    return this.redis.xlen(this.stream);
  }
}

/** The outcome of a command; a connection on which Redis is silent makes way for another one. */
const replacing = <T>(redis: Redis, command: Promise<T>): Promise<T> =>
  command.catch((error: unknown) => {
    replaceIfSilent(redis, error);
    throw error;
  });

const readable = (fields: readonly string[]) => {
  try {
    const events = decodeEntry(fields);
    return events.length > 0 && events.every(({ event }) => isStorable(event)) ? events : undefined;
  } catch (error) {
    if (error instanceof EventEncodingError) return undefined;
    throw error;
  }
};

const succeed = async (transaction: Promise<[Error | null, unknown][] | null>): Promise<void> => {
  const results = await transaction;
  if (!results) throw new Error('Redis gave up a transaction');
  for (const [error] of results) if (error) throw error;
};
