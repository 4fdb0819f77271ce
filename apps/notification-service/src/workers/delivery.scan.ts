import { type Clock, DAY, MINUTE } from '@strongroom/clock';
import type { JobQueue } from '@strongroom/jobs';
import type { Logger } from '@strongroom/telemetry';
import type { DeliveryLedger } from '../domain/delivery-ledger.port';
import type { DeliveryStore } from '../domain/delivery-store.port';
import type { DeliveryJob } from './delivery.job';

/** Destinations of one look. */
const TOGETHER = 500;
/** How long a dead letter can be made a delivery again, and how often old ones are removed. Milliseconds. */
const DEAD_LETTER_MS = 14 * DAY;
const FORGET_EVERY_MS = 10 * MINUTE;
/** Dead letters that are removed at once. */
const FORGET_TOGETHER = 1_000;

/** Looks for destinations at which something is due, and wakes workers for them: after each batch of events, and regularly. */
export class DeliveryScan {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  /** Something was added while a look was under way. */
  private isWanted = false;
  private forgotAt = 0;

  constructor(
    private readonly parts: {
      store: Pick<DeliveryStore, 'due'>;
      ledger: Pick<DeliveryLedger, 'forget'>;
      queue: Pick<JobQueue<DeliveryJob>, 'addAll'>;
      /** From one look to the next, milliseconds. */
      intervalMs: number;
      clock: Clock;
      logger: Logger;
    },
  ) {}

  /** Looks now, or once more after the look that is under way. */
  look(): void {
    if (this.stopping.signal.aborted) return;
    clearTimeout(this.timer);
    if (this.running !== undefined) {
      this.isWanted = true;
      return;
    }
    this.running = this.once().finally(() => {
      this.running = undefined;
      if (this.stopping.signal.aborted) return;
      if (this.isWanted) {
        this.isWanted = false;
        this.look();
      } else {
        this.timer = setTimeout(() => this.look(), this.parts.intervalMs * (0.75 + Math.random() / 2));
      }
    });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private async once(): Promise<void> {
    const { store, queue, clock, logger } = this.parts;
    try {
      await this.forget();
      const due = await store.due(clock.now(), TOGETHER);
      await queue.addAll(due.map(({ accountId, destination }) => ({ accountId, ...destination })));
    } catch (error) {
      if (!this.stopping.signal.aborted) logger.warn('the scan for deliveries has failed', { error });
    }
  }

  private async forget(): Promise<void> {
    const now = this.parts.clock.millis();
    if (now - this.forgotAt < FORGET_EVERY_MS) return;
    const removed = await this.parts.ledger.forget(new Date(now - DEAD_LETTER_MS), FORGET_TOGETHER);
    if (removed < FORGET_TOGETHER) this.forgotAt = now;
  }
}
