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
/** When an account whose events could not be taken comes again. Milliseconds. */
const RETRY_MS = 5_000;
/** Events of one transaction. */
const TOGETHER = 32;
/** The time that the sinks have for one transaction. Milliseconds. */
const BATCH_MS = 30_000;

/**
 * Follows the trails of all accounts and hands the events to the sinks. What the sinks make and the place that was reached are
 * one transaction, so nothing is lost and nothing happens twice. One process consumes at a time; the places decide if two ever
 * do.
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

  /** Until the stream ends, the lock is lost, another consumer is seen, or an account has waited long enough. */
  private async consume(stop: AbortSignal): Promise<void> {
    const { feed, lock } = this.parts;
    const places = await this.places(stop);
    const session = new AbortController();
    const signal = AbortSignal.any([stop, session.signal]);
    /** Accounts whose events could not be taken: they hold up no others, and come again with the next session. */
    const failed = new Set<string>();
    let timer: NodeJS.Timeout | undefined;
    try {
      for await (const batch of feed.follow(places, signal)) {
        if (signal.aborted || !(await lock.hold())) return;
        if (failed.has(batch.accountId)) continue;
        try {
          if (!(await this.takeAll(batch, places))) return;
        } catch (error) {
          const { accountId } = batch;
          this.parts.logger.warn('events of an account could not be taken', { accountId, error });
          failed.add(accountId);
          timer ??= setTimeout(() => session.abort(), RETRY_MS);
        }
      }
    } catch (error) {
      if (!session.signal.aborted) throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** A few events at a time: what one rule makes of many must fit into a transaction. False if another consumer is seen. */
  private async takeAll({ accountId, events }: TrailBatch, places: Map<string, number>): Promise<boolean> {
    const from = places.get(accountId) ?? 0;
    const fresh = events.filter(({ sequence }) => sequence > from);
    if (fresh.length > 0 && fresh[0]!.sequence !== from + 1) {
      throw new Error(`the events of an account do not go on at ${from + 1}`);
    }
    for (let at = 0; at < fresh.length; at += TOGETHER) {
      const few = fresh.slice(at, at + TOGETHER);
      if (!(await this.take(accountId, places.get(accountId) ?? 0, few))) return false;
      places.set(accountId, few.at(-1)!.sequence);
      this.parts.onTaken({ accountId, events: few });
    }
    return true;
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
