import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second, whatever the kernel's own tick is. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4_096;

export interface Usage {
  /** User and system time of all threads, microseconds, in steps of 10,000. */
  cpuMicros: number;
  /** Resident memory, bytes. */
  memory: number;
}

/** What a process has used so far; zero without /proc, which only Linux has. */
export const usageOf = (pid: number): Usage => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold anything; the fields after it are numbers. proc(5): utime is the 14th field, stime the
    // 15th, rss the 24th.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    return {
      cpuMicros: ((fields[11]! + fields[12]!) * 1e6) / TICKS_PER_SECOND,
      memory: fields[21]! * PAGE_BYTES,
    };
  } catch {
    return { cpuMicros: 0, memory: 0 };
  }
};

/** By the name of the process: pids of everything that takes part in a run. */
export type Processes = ReadonlyMap<string, number>;

export const usageOfAll = (processes: Processes): Map<string, Usage> =>
  new Map([...processes].map(([name, pid]) => [name, usageOf(pid)]));

/** The CPU time of each between two readings; microseconds. */
export const cpuBetween = (before: Map<string, Usage>, after: Map<string, Usage>): Map<string, number> =>
  new Map([...after].map(([name, usage]) => [name, usage.cpuMicros - (before.get(name)?.cpuMicros ?? 0)]));
