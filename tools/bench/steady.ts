import { setTimeout as sleep } from 'node:timers/promises';
import { type Call, fractionOf } from './load';

/** Calls a second. */
export const READS = 450;
export const WRITES = 50;

export interface SteadyMeasurement {
  seconds: number;
  calls: number;
  failed: number;
  /** Milliseconds from the moment a call was due, so a pause of the server counts for every call that it held up. */
  p50: number;
  p99: number;
  p999: number;
  max: number;
}

/** Calls at their own pace, however long the answers take. */
export const steadyLoad = async (read: Call, write: Call, seconds: number): Promise<SteadyMeasurement> => {
  const rate = READS + WRITES;
  const latencies: number[] = [];
  let failed = 0;
  const open = new Set<Promise<void>>();
  const start = performance.now();
  const total = rate * seconds;
  for (let n = 0; n < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - start) / 1_000) * rate));
    for (; n < due; n++) {
      const dueAt = start + (n / rate) * 1_000;
      const call = n % (rate / WRITES) === 0 ? write : read;
      const done = call(n).then(
        () => void latencies.push(performance.now() - dueAt),
        () => void failed++,
      );
      const answered = done.finally(() => open.delete(answered));
      open.add(answered);
    }
    await sleep(1);
  }
  await Promise.all(open);
  latencies.sort((a, b) => a - b);
  const at = (fraction: number) => fractionOf(latencies, fraction);
  return { seconds, calls: total, failed, p50: at(0.5), p99: at(0.99), p999: at(0.999), max: latencies.at(-1) ?? NaN };
};
