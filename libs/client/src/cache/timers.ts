/** Time, as the cache sees it. */
export interface Timers {
  /** Milliseconds since some moment. */
  now(): number;
  /** Does the work later, and keeps no process alive for it. Returns what cancels it. */
  after(milliseconds: number, work: () => void): () => void;
}

/** A longer timer would fire at once. Milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** By how much the two clocks may disagree before the machine must have slept. Milliseconds. */
const TOLERANCE_MS = 1_000;

/**
 * A clock that never goes back, however the machine's time is set, and that counts the time for which the machine slept: a value
 * must not seem young because nobody was awake to see it age.
 */
export function steadyClock(wall: () => number = Date.now, monotonic: () => number = () => performance.now()): () => number {
  const start = wall() - monotonic();
  let slept = 0;
  return () => {
    const at = monotonic();
    const ahead = wall() - at - start;
    if (ahead > slept + TOLERANCE_MS) slept = ahead;
    return at + slept;
  };
}

export const systemTimers: Timers = {
  now: steadyClock(),
  after(milliseconds, work) {
    const timer = setTimeout(work, Math.min(Math.max(milliseconds, 0), MAX_TIMER_MS)).unref();
    return () => clearTimeout(timer);
  },
};
