/** One call of a scenario. `n` counts the calls of a run from 0. Resolves with the number of items (secrets read or written). */
export type Call = (n: number) => Promise<number>;

export interface LoadResult {
  calls: number;
  /** Secrets, for calls that carry several. */
  items: number;
  failures: Map<string, number>;
  /** Wall time, seconds. */
  seconds: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/** Keeps `inFlight` calls open for `seconds`: the end of each one starts the next. Stops by itself. */
export const closedLoop = async (call: Call, inFlight: number, seconds: number): Promise<LoadResult> => {
  const latencies: number[] = [];
  const failures = new Map<string, number>();
  let calls = 0;
  let items = 0;
  let next = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      const began = performance.now();
      try {
        // Not `items += await …`, which would add to the value from before the wait.
        const brought = await call(next++);
        items += brought;
        calls++;
        latencies.push(performance.now() - began);
      } catch (error) {
        const { code, details } = error as { code?: unknown; details?: string };
        const what = `${String(code)} ${details ?? String(error)}`;
        failures.set(what, (failures.get(what) ?? 0) + 1);
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  latencies.sort((a, b) => a - b);
  const at = (fraction: number) => fractionOf(latencies, fraction);
  return { calls, items, failures, seconds: (performance.now() - start) / 1000, p50: at(0.5), p99: at(0.99) };
};

/** The least of sorted values that this fraction of them does not exceed (nearest rank); NaN if there is none. */
export const fractionOf = (sorted: readonly number[], fraction: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * fraction) - 1)] ?? NaN;

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/** Calls `work` with every number below `count`, so many at a time. */
export const forAll = async (count: number, work: (n: number) => Promise<unknown>, inFlight = 64): Promise<void> => {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
};
