import { setTimeout as sleep } from 'node:timers/promises';
import type { HotPool, Statements } from '@strongroom/database';
import type { Logger } from '@strongroom/telemetry';
import type { TrailEvent } from './trail-event';
import type { TrailSink } from './trail-sink.port';

export interface TrailBatch {
  accountId: string;
  /** At least one, in the order of the chain, without gaps. */
  events: TrailEvent[];
}

/** The trails of all accounts, as audit-service gives them. */
export interface TrailFeed {
  /** By account: the sequence of the last event. */
  heads(signal: AbortSignal): Promise<Map<string, number>>;
  /** What follows these places, without an end. @throws when audit-service is away */
  follow(after: ReadonlyMap<string, number>, signal: AbortSignal): AsyncIterable<TrailBatch>;
}

/** How far the consumer has come, stored in the transactions of the sinks. */
export interface TrailPlaces {
  /** By account; undefined before the first start. */
  read(tx: Statements): Promise<Map<string, number> | undefined>;
  /** The places to start from, ever. */
  begin(tx: Statements, places: ReadonlyMap<string, number>): Promise<void>;
  /** Moves an account's place; false if it is not where this consumer left it: another one has moved it. */
  move(tx: Statements, accountId: string, from: number, to: number): Promise<boolean>;
}

/** Held by one process at a time. */
export interface ConsumerLock {
  hold(): Promise<boolean>;
  release(): Promise<void>;
}

export interface TrailConsumerParts {
  pool: Pick<HotPool, 'transaction'>;
  feed: TrailFeed;
  places: TrailPlaces;
  lock: ConsumerLock;
  /** In the order in which they take events. */
  sinks: readonly TrailSink[];
  /** Called after each batch: there may be something to deliver. */
  onTaken(batch: TrailBatch): void;
  logger: Logger;
}

/** The wait before another try, and from one look at the lock to the next. Milliseconds. */
const PAUSE_MS = 1_000;
/** The time that the sinks have for one batch. Milliseconds. */
const BATCH_MS = 30_000;

/**
 * Follows the trails of all accounts and hands the events to the sinks. What the sinks make and the place that was reached are one
 * transaction, so nothing is lost and nothing happens twice. One process consumes at a time; the places decide if two ever do.
 */
export class TrailConsumer {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly parts: TrailConsumerParts) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.parts.lock.release();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        if (await this.parts.lock.hold()) await this.consume(signal);
      } catch (error) {
        if (!signal.aborted) this.parts.logger.warn('the trail could not be followed', { error });
      }
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Until the stream ends, the lock is lost, or another consumer is seen. */
  private async consume(signal: AbortSignal): Promise<void> {
    const { feed, lock, onTaken } = this.parts;
    const places = await this.places(signal);
    for await (const batch of feed.follow(places, signal)) {
      if (signal.aborted || !(await lock.hold())) return;
      const from = places.get(batch.accountId) ?? 0;
      const events = batch.events.filter(({ sequence }) => sequence > from);
      const last = events.at(-1);
      if (last === undefined) continue;
      if (events[0]!.sequence !== from + 1) throw new Error(`the events of an account do not go on at ${from + 1}`);
      if (!(await this.take(batch.accountId, from, events))) return;
      places.set(batch.accountId, last.sequence);
      onTaken({ accountId: batch.accountId, events });
    }
  }

  private take(accountId: string, from: number, events: TrailEvent[]): Promise<boolean> {
    const { pool, places, sinks } = this.parts;
    const to = events.at(-1)!.sequence;
    return pool.transaction(
      async (tx) => {
        if (!(await places.move(tx, accountId, from, to))) return false;
        for (const sink of sinks) await sink.take(tx, accountId, events);
        return true;
      },
      { deadline: Date.now() + BATCH_MS },
    );
  }

  /** The stored places. The first start ever begins with what happens from now on: nobody is told of what is long past. */
  private async places(signal: AbortSignal): Promise<Map<string, number>> {
    const { pool, feed, places } = this.parts;
    const stored = await pool.transaction((tx) => places.read(tx));
    if (stored !== undefined) return stored;
    const heads = await feed.heads(signal);
    await pool.transaction((tx) => places.begin(tx, heads));
    return (await pool.transaction((tx) => places.read(tx))) ?? heads;
  }
}
