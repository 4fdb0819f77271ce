import { performance } from 'node:perf_hooks';

/** Time that passes, as opposed to what the clock on the wall says: it never jumps. */
export interface Scheduler {
  /** Milliseconds since some start; only differences mean something. */
  monotonic(): number;
  /** Runs `task` once after `delayMs`; returns how to call it off. */
  after(delayMs: number, task: () => void): () => void;
}

export const systemScheduler: Scheduler = {
  monotonic: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs).unref();
    return () => clearTimeout(timer);
  },
};
