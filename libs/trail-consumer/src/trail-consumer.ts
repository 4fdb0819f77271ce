import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { LeaseLost, type Statements } from '@strongroom/database';
import type { ServiceClient } from '@strongroom/grpc-kit';
import type { trailFeedService } from '@strongroom/methods';
import { backoff, type BackoffRange } from '@strongroom/random';
import type { Logger } from '@strongroom/telemetry';
import type { TrailPlaces } from './trail-places';

/** An event at its place in the trail of one account. */
export type TrailEvent = Event;

/** What a consumer makes of events. */
export interface TrailSink {
  /**
   * Runs in the transaction that stores how far the consumer has come, so what it writes there counts exactly once. It may run
   * more than once for the same events, and must affect nothing but the database.
   *
   * @param events of this account, in the order of its chain; at least one, and none that was taken before
   */
  take(tx: Statements, accountId: string, events: readonly TrailEvent[]): Promise<void>;
}

/** By it one process of a service takes events at a time: a `Lease`. */
export interface ConsumerLock {
  /** Takes the lock if it is free; true while this process has it. */
  hold(): Promise<boolean>;
  /** Lets the transaction commit only while this process has the lock. @throws LeaseLost */
  guard(tx: Statements): Promise<void>;
  release(): Promise<void>;
}

export interface TrailConsumerOptions {
  feed: Pick<ServiceClient<typeof trailFeedService>, 'followTrails' | 'listTrailHeads'>;
  places: Pick<TrailPlaces, 'all' | 'advance' | 'begin'>;
  lock: ConsumerLock;
  sink: TrailSink;
  logger: Logger;
  /** Where the first start ever begins: with the first event of each trail, or with what happens from then on. */
  begins?: 'at the first event' | 'now';
  /** Told after each commit, for metrics; `newest` is when the last of the events happened. */
  onTaken?: (events: number, newest: Date | undefined) => void;
  /** Default: from a quarter of a second to ten. */
  retries?: BackoffRange;
}

/** How often a process that stands by tries to take over. Milliseconds. */
const STANDBY_MS = 1_000;
/** What one transaction may take. Milliseconds. */
const TAKE_MS = 30_000;
/** How long an unreachable audit-service is waited for. Milliseconds. */
const PATIENCE_MS = 5_000;
/** How long the ends of the trails may take to be told. Milliseconds. */
const HEADS_MS = 10_000;
const RETRIES: BackoffRange = { first: 250, longest: 10_000 };
/** Events of one transaction, for an account whose events could not be taken together. Elsewhere it is a page of the feed. */
const FEW = 16;

/** The ends of all trails. By account: the sequence of the last event. */
export async function trailHeads(
  feed: Pick<ServiceClient<typeof trailFeedService>, 'listTrailHeads'>,
  signal?: AbortSignal,
): Promise<Map<string, number>> {
  const { sequences } = await feed.listTrailHeads({}, { timeoutMs: HEADS_MS, signal });
  return new Map(Object.entries(sequences).map(([accountId, sequence]) => [accountId, Number(sequence)]));
}

/**
 * Takes the events of all accounts, each exactly once whatever is killed: what is made of events and how far the consumer has
 * come are one transaction. Of all processes of a service, the one with the lock works. The others stand by. An account whose
 * events cannot be taken holds up no other: its events come again later, a few at a time.
 */
export class TrailConsumer {
  private running: Promise<void> | undefined;
  private readonly stopping = new AbortController();
  /** By account: how often in a row its events could not be taken. */
  private readonly failures = new Map<string, number>();

  constructor(private readonly options: TrailConsumerOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Finishes the present transaction, and lets another process continue. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { lock, logger, retries = RETRIES } = this.options;
    for (let failures = 0; !this.isStopping;) {
      try {
        if (await lock.hold()) await this.follow(() => (failures = 0));
        else await this.pause(STANDBY_MS);
      } catch (error) {
        if (this.isStopping) break;
        logger.warn('events of the trail could not be taken and will be tried again', { error, attempt: failures });
        await this.pause(backoff(failures++, retries));
      }
    }
    await lock.release();
  }

  private async follow(onProgress: () => void): Promise<void> {
    const { begins, feed, lock, logger, places } = this.options;
    const stop = this.stopping.signal;
    logger.info('this process follows the trail now');
    if (begins === 'now') await places.begin(() => trailHeads(feed, stop));
    const after = Object.fromEntries([...(await places.all())].map(([accountId, place]) => [accountId, BigInt(place)]));
    const retry = new AbortController();
    const failed = new Set<string>();
    let timer: NodeJS.Timeout | undefined;
    try {
      const signal = AbortSignal.any([stop, retry.signal]);
      for await (const { accountId, events } of feed.followTrails({ after }, { signal, patienceMs: PATIENCE_MS })) {
        if (retry.signal.aborted || !(await lock.hold())) return;
        if (failed.has(accountId)) continue;
        if (await this.takeOrPutAside(accountId, events)) onProgress();
        else {
          failed.add(accountId);
          timer ??= setTimeout(() => retry.abort(), this.pauseOf(accountId));
        }
        if (this.isStopping) return;
      }
    } catch (error) {
      // The stream of whoever leaves it ends with an error.
      if (!retry.signal.aborted) throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private async takeOrPutAside(accountId: string, events: readonly TrailEvent[]): Promise<boolean> {
    try {
      const together = this.failures.has(accountId) ? FEW : events.length;
      for (let at = 0; at < events.length; at += together) await this.take(accountId, events.slice(at, at + together));
      this.failures.delete(accountId);
      return true;
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      const attempt = (this.failures.get(accountId) ?? 0) + 1;
      this.failures.set(accountId, attempt);
      this.options.logger.warn('events of an account could not be taken and will be tried again', { accountId, error, attempt });
      return false;
    }
  }

  private pauseOf(accountId: string): number {
    return backoff(this.failures.get(accountId)! - 1, this.options.retries ?? RETRIES);
  }

  private async take(accountId: string, events: readonly TrailEvent[]): Promise<void> {
    const { lock, places, sink, logger, onTaken } = this.options;
    let taken: readonly TrailEvent[] = [];
    await places.advance(
      accountId,
      async (tx, place) => {
        await lock.guard(tx);
        taken = events.filter(({ sequence }) => sequence > BigInt(place));
        if (taken.length === 0) return place;
        // What a trail no longer keeps cannot be taken any more. A new consumer begins with what is there.
        const missing = Number(taken[0]!.sequence) - place - 1;
        if (place > 0 && missing > 0) {
          logger.error('events of the trail are gone before they were taken', { accountId, count: missing });
        }
        await sink.take(tx, accountId, taken);
        return Number(taken.at(-1)!.sequence);
      },
      Date.now() + TAKE_MS,
    );
    if (taken.length > 0) onTaken?.(taken.length, taken.at(-1)!.eventTime);
  }

  private get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private async pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
