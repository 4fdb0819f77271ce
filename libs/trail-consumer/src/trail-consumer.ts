import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';
import type { Statements } from '@strongroom/database';
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

/** Spares two processes the same work. The places decide that no event counts twice. */
export interface ConsumerLock {
  /** Takes the lock if it is free; true while this process has it. */
  hold(): Promise<boolean>;
  release(): Promise<void>;
}

export interface TrailConsumerOptions {
  feed: Pick<ServiceClient<typeof trailFeedService>, 'followTrails'>;
  places: Pick<TrailPlaces, 'all' | 'advance'>;
  lock: ConsumerLock;
  sink: TrailSink;
  logger: Logger;
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
const RETRIES: BackoffRange = { first: 250, longest: 10_000 };

/**
 * Takes the events of all accounts, each exactly once whatever is killed: what is made of events and how far the consumer has
 * come are one transaction. Of all processes of a service, the one with the lock works. The others stand by.
 */
export class TrailConsumer {
  private running: Promise<void> | undefined;
  private readonly stopping = new AbortController();

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
    const { feed, lock, logger, places } = this.options;
    logger.info('this process follows the trail now');
    const after = Object.fromEntries([...(await places.all())].map(([accountId, place]) => [accountId, BigInt(place)]));
    const stream = feed.followTrails({ after }, { signal: this.stopping.signal, patienceMs: PATIENCE_MS });
    for await (const { accountId, events } of stream) {
      if (!(await lock.hold())) return;
      await this.take(accountId, events);
      onProgress();
      if (this.isStopping) return;
    }
  }

  private async take(accountId: string, events: readonly TrailEvent[]): Promise<void> {
    const { places, sink, logger, onTaken } = this.options;
    let taken: readonly TrailEvent[] = [];
    await places.advance(
      accountId,
      async (tx, place) => {
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
