import { HOUR, MINUTE, type Clock } from '@strongroom/clock';
import type { Logger } from '@strongroom/telemetry';
import type { ChainHead } from './chain';
import type { Sealer, SealStore, TrailStore } from './trail.port';

/** The longest wait of an event for its seal. */
export const sealInterval = HOUR;
/** The most events that may wait. */
const sealEvery = 10_000;
const retryAfter = MINUTE;

export interface SealingMetrics {
  sealed(): void;
  sealFailed(): void;
}

/**
 * Seals every chain once an hour, after each 10,000 events, when the writer starts and when it ends. While crypto-keyservice is
 * unreachable, the trail continues without seals. Sealing is tried again each minute, logged and counted; an event without a seal
 * for too long is a finding of VerifyTrail.
 */
export class Sealing {
  private nextAt = 0;
  private sinceSeal = 0;
  private running: Promise<void> | undefined;
  private isRound = false;

  constructor(
    private readonly store: TrailStore & SealStore,
    private readonly sealer: Sealer,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly metrics: SealingMetrics,
    /** What is due after seals: checkpoints. Resolves with whether all was done. */
    private readonly rounds: { round(): Promise<boolean> } = { round: () => Promise.resolve(true) },
  ) {}

  /** Called when events were added or time has passed; seals in the background when due. */
  tick(added = 0): void {
    this.sinceSeal += added;
    const due =
      this.clock.millis() >= this.nextAt || (this.sinceSeal >= sealEvery && this.nextAt - this.clock.millis() > retryAfter);
    if (due && !this.running && !this.isRound) void this.sealAll().then(() => this.round());
  }

  /** Seals every chain that has grown since its last seal; never rejects. */
  sealAll(): Promise<void> {
    this.running ??= this.attempt().finally(() => (this.running = undefined));
    return this.running;
  }

  private async round(): Promise<void> {
    this.isRound = true;
    const isDone = await this.rounds.round();
    this.isRound = false;
    if (!isDone) this.nextAt = Math.min(this.nextAt, this.clock.millis() + retryAfter);
  }

  private async attempt(): Promise<void> {
    try {
      const last = await this.store.lastSeals();
      for (const head of await this.store.heads()) {
        if (head.sequence > (last.get(head.accountId) ?? 0)) await this.seal(head);
      }
      this.nextAt = this.clock.millis() + sealInterval;
      this.sinceSeal = 0;
    } catch (error) {
      this.nextAt = this.clock.millis() + retryAfter;
      this.metrics.sealFailed();
      this.logger.warn('the audit trail could not be sealed', { error });
    }
  }

  private async seal(head: ChainHead): Promise<void> {
    const blob = await this.sealer.seal(head);
    await this.store.addSeal({ ...head, blob });
    this.metrics.sealed();
    this.logger.info('sealed the audit trail', { accountId: head.accountId, sequence: head.sequence });
  }
}
