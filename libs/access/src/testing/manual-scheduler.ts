import type { Scheduler } from '../view/scheduler';

/** Time that passes when it is told to. */
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

  /** Lets time pass, running what is due in its order, and promises in between. */
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

  /** Time passes, and nothing runs: a process that was held up. */
  stall(milliseconds: number): void {
    this.time += milliseconds;
  }
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
