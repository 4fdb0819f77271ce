import { performance } from 'node:perf_hooks';

/** A monotonic clock: unlike the time of day, it never jumps. */
export interface Scheduler {
  /** Milliseconds since an arbitrary start; only differences have a meaning. */
  monotonic(): number;
  /** Runs `task` once after `delayMs`; returns a function that cancels it. */
  after(delayMs: number, task: () => void): () => void;
}

export const systemScheduler: Scheduler = {
  monotonic: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs).unref();
    return () => clearTimeout(timer);
  },
};
