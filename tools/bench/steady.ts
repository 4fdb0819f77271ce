import { setTimeout as sleep } from 'node:timers/promises';
import { type Call, fractionOf } from './load';

/** Calls a second, if nothing else is asked for. */
export const STEADY_RATE = 500;
/** Of ten calls, one is a write. */
const CALLS_A_WRITE = 10;
/** How often the memory of the processes is looked at. */
const LOOKS = 6;

export interface SteadyOptions {
  seconds: number;
  /** Calls a second. */
  rate: number;
  /** Resident memory now, bytes, by process. */
  memory: () => Record<string, number>;
}

export interface SteadyMeasurement {
  seconds: number;
  rate: number;
  calls: number;
  failed: number;
  /** Milliseconds from the moment a call was due, so a pause of the server counts for every call that it held up. */
  p50: number;
  p99: number;
  p999: number;
  max: number;
  /** Resident memory by process, bytes, at equal distances until the end. */
  memory: Record<string, number>[];
}

/** Calls at their own pace, however long the answers take. */
export const steadyLoad = async (
  read: Call,
  write: Call,
  { seconds, rate, memory: look }: SteadyOptions,
): Promise<SteadyMeasurement> => {
  const latencies: number[] = [];
  let failed = 0;
  const open = new Set<Promise<void>>();
  const start = performance.now();
  const total = rate * seconds;
  const memory: Record<string, number>[] = [];
  for (let n = 0; n < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - start) / 1_000) * rate));
    for (; n < due; n++) {
      const dueAt = start + (n / rate) * 1_000;
      const call = n % CALLS_A_WRITE === 0 ? write : read;
      const done = call(n).then(
        () => void latencies.push(performance.now() - dueAt),
        () => void failed++,
      );
      const answered = done.finally(() => open.delete(answered));
      open.add(answered);
    }
    if (n >= ((memory.length + 1) * total) / LOOKS) memory.push(look());
    await sleep(1);
  }
  await Promise.all(open);
  latencies.sort((a, b) => a - b);
  const at = (fraction: number) => fractionOf(latencies, fraction);
  return {
    seconds,
    rate,
    calls: total,
    failed,
    p50: at(0.5),
    p99: at(0.99),
    p999: at(0.999),
    max: latencies.at(-1) ?? NaN,
    memory,
  };
};
