import { type Clock, DAY, MINUTE } from '@strongroom/clock';
import type { JobQueue } from '@strongroom/jobs';
import type { Logger } from '@strongroom/telemetry';
import type { DeliveryLedger } from '../domain/delivery-ledger.port';
import type { DeliveryStore } from '../domain/delivery-store.port';
import type { DeliveryJob } from './delivery.job';
import { RepeatedLook } from './repeated-look';

/** Destinations of one look. */
const TOGETHER = 500;
/** How long a dead letter can be made a delivery again, and how often old ones are removed. Milliseconds. */
const DEAD_LETTER_MS = 14 * DAY;
const FORGET_EVERY_MS = 10 * MINUTE;
/** Dead letters that are removed at once. */
const FORGET_TOGETHER = 1_000;

export interface DeliveryScanParts {
  store: Pick<DeliveryStore, 'due'>;
  ledger: Pick<DeliveryLedger, 'forget'>;
  queue: Pick<JobQueue<DeliveryJob>, 'addAll'>;
  /** From one look to the next, milliseconds. */
  intervalMs: number;
  clock: Clock;
  logger: Logger;
}

/** Looks for destinations at which something is due, and wakes workers for them: after each batch of events, and regularly. */
export class DeliveryScan extends RepeatedLook {
  private forgotAt = 0;

  constructor(private readonly parts: DeliveryScanParts) {
    super((signal) => this.wake(signal), parts.intervalMs);
  }

  private async wake(signal: AbortSignal): Promise<void> {
    const { store, queue, clock, logger } = this.parts;
    try {
      await this.forget();
      const due = await store.due(clock.now(), TOGETHER);
      await queue.addAll(due.map(({ accountId, destination }) => ({ accountId, ...destination })));
    } catch (error) {
      if (!signal.aborted) logger.warn('the scan for deliveries has failed', { error });
    }
  }

  private async forget(): Promise<void> {
    const now = this.parts.clock.millis();
    if (now - this.forgotAt < FORGET_EVERY_MS) return;
    const removed = await this.parts.ledger.forget(new Date(now - DEAD_LETTER_MS), FORGET_TOGETHER);
    if (removed < FORGET_TOGETHER) this.forgotAt = now;
  }
}
