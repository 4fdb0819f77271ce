/** So many a second on average, and so many at once after a quiet time. */
export class Allowance {
  private left: number;
  private countedAt: number;

  constructor(private readonly options: { perSecond: number; atOnce: number; clock: { millis(): number } }) {
    this.left = options.atOnce;
    this.countedAt = options.clock.millis();
  }

  /** Whether there was one left. */
  take(): boolean {
    const { perSecond, atOnce, clock } = this.options;
    const now = clock.millis();
    this.left = Math.min(atOnce, this.left + (Math.max(0, now - this.countedAt) * perSecond) / 1_000);
    this.countedAt = now;
    if (this.left < 1) return false;
    this.left--;
    return true;
  }
}
