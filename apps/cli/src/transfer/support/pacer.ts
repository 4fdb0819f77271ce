import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, SECOND, systemClock } from '@strongroom/clock';

/** Lets turns pass at an even pace. */
export class Pacer {
  private next = 0;

  /** @param perSecond turns a second; undefined: as many as come */
  constructor(
    private readonly perSecond: number | undefined,
    private readonly clock: Clock = systemClock,
    private readonly wait: (milliseconds: number) => Promise<unknown> = sleep,
  ) {}

  /** Resolves when it is the caller's turn; with `count`, when that many may pass. */
  async turn(count = 1): Promise<void> {
    if (this.perSecond === undefined) return;
    const now = this.clock.millis();
    const mine = Math.max(this.next, now);
    this.next = mine + (count * SECOND) / this.perSecond;
    if (mine > now) await this.wait(mine - now);
  }
}
