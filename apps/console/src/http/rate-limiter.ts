import type { Clock } from '@strongroom/clock';

export interface Rate {
  /** How many at once. */
  readonly burst: number;
  /** How many more each second. */
  readonly perSecond: number;
}

/** The most of whom something is kept; those who are idle are forgotten before. */
const MAX_KEPT = 10_000;

/** Lets each do so much at once, and then so much a second. Keeps nothing of those who have all of it left. */
export class RateLimiter {
  private readonly kept = new Map<string, { left: number; at: number }>();

  constructor(
    private readonly rate: Rate,
    private readonly clock: Clock,
  ) {}

  /** Milliseconds until the next one may; 0: this one may. */
  take(key: string): number {
    const { burst, perSecond } = this.rate;
    const now = this.clock.millis();
    const left = this.leftOf(key, now);
    if (left < 1) return Math.ceil(((1 - left) / perSecond) * 1_000);
    // Whoever came last stands last.
    this.kept.delete(key);
    if (this.kept.size >= MAX_KEPT) this.forget(now, burst);
    this.kept.set(key, { left: left - 1, at: now });
    return 0;
  }

  private leftOf(key: string, now: number): number {
    const { burst, perSecond } = this.rate;
    const known = this.kept.get(key);
    return known === undefined ? burst : Math.min(burst, known.left + (Math.max(0, now - known.at) / 1_000) * perSecond);
  }

  /** Those who have all of it left and, if that is not enough, whoever came first. */
  private forget(now: number, burst: number): void {
    for (const key of this.kept.keys()) {
      if (this.leftOf(key, now) < burst) break;
      this.kept.delete(key);
    }
    if (this.kept.size < MAX_KEPT) return;
    const [oldest] = this.kept.keys();
    this.kept.delete(oldest!);
  }
}
