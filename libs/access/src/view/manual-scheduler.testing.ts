import type { Scheduler } from './scheduler';

/** Time that passes when a test says so. */
export class ManualScheduler implements Scheduler {
  private time = 0;
  private readonly tasks = new Set<{ at: number; task: () => void }>();

  monotonic(): number {
    return this.time;
  }

  after(delayMs: number, task: () => void): () => void {
    const entry = { at: this.time + delayMs, task };
    this.tasks.add(entry);
    return () => void this.tasks.delete(entry);
  }

  /** Lets time pass: runs the tasks that are due, in order, and lets promises settle in between. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    await settle();
    for (;;) {
      const [next] = [...this.tasks].filter((entry) => entry.at <= end).sort((one, other) => one.at - other.at);
      if (!next) break;
      this.tasks.delete(next);
      this.time = Math.max(this.time, next.at);
      next.task();
      await settle();
    }
    this.time = end;
  }

  /** Lets time pass without running anything, like a process that was suspended. */
  stall(milliseconds: number): void {
    this.time += milliseconds;
  }
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
