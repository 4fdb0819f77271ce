import type { Timers } from '../cache/timers';

/** What is under way without waiting for time goes on until it waits for something. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Timers that stand still until a test moves them. */
export class ManualTimers implements Timers {
  private current = 1_000_000;
  private readonly jobs = new Set<{ at: number; work: () => void }>();

  now(): number {
    return this.current;
  }

  after(milliseconds: number, work: () => void): () => void {
    const job = { at: this.current + milliseconds, work };
    this.jobs.add(job);
    return () => void this.jobs.delete(job);
  }

  /** Does what is due on the way, in order. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.current + milliseconds;
    for (;;) {
      await settled();
      const [next] = [...this.jobs].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.jobs.delete(next);
      this.current = Math.max(this.current, next.at);
      next.work();
    }
    this.current = end;
    await settled();
  }
}
