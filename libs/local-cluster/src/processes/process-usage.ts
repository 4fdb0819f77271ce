import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second, whatever the kernel's own tick is. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4_096;

export interface Usage {
  /** User and system time of all threads, microseconds, in steps of 10,000. */
  cpuMicros: number;
  /** Resident memory, bytes; what processes share, such as the program of node, is divided among them. */
  memory: number;
  /** How often a thread began to run after it had waited: for each process about a turn of its event loop. */
  wakeUps: number;
  /** System calls of read(2) and write(2) and their like; those of send(2) and recv(2), which MariaDB uses, are not counted. */
  reads: number;
  writes: number;
  /** What they read and wrote. */
  bytesRead: number;
  bytesWritten: number;
}

const NOTHING: Usage = { cpuMicros: 0, memory: 0, wakeUps: 0, reads: 0, writes: 0, bytesRead: 0, bytesWritten: 0 };

/** What a process has used so far; zero without /proc, which only Linux has. */
const usageOf = (pid: number): Usage => {
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
      memory: sharedFairly(pid) ?? fields[21]! * PAGE_BYTES,
      wakeUps: readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + wakeUpsOf(pid, thread), 0),
      ...accessesOf(pid),
    };
  } catch {
    return NOTHING;
  }
};

/** The proportional set size; undefined where another user's process does not show it. */
const sharedFairly = (pid: number): number | undefined => {
  try {
    const kibibytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1_024;
  } catch {
    return undefined;
  }
};

const wakeUpsOf = (pid: number, thread: string): number =>
  Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8'))?.[1] ?? 0);

/** Zero where another user's process does not show them. */
const accessesOf = (pid: number): Pick<Usage, 'reads' | 'writes' | 'bytesRead' | 'bytesWritten'> => {
  try {
    const text = readFileSync(`/proc/${pid}/io`, 'utf8');
    const of = (name: string) => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(text)?.[1] ?? 0);
    return { reads: of('syscr'), writes: of('syscw'), bytesRead: of('rchar'), bytesWritten: of('wchar') };
  } catch {
    return { reads: 0, writes: 0, bytesRead: 0, bytesWritten: 0 };
  }
};

/** By the name of the process: pids of everything that takes part in a run. */
export type Processes = ReadonlyMap<string, number>;

export const usageOfAll = (processes: Processes): Map<string, Usage> =>
  new Map([...processes].map(([name, pid]) => [name, usageOf(pid)]));

/** What each has used between two readings; its memory at the second. */
export const usedBetween = (before: Map<string, Usage>, after: Map<string, Usage>): Map<string, Usage> =>
  new Map(
    [...after].map(([name, now]) => {
      const then = before.get(name) ?? NOTHING;
      const since = (what: keyof Usage) => now[what] - then[what];
      return [
        name,
        {
          cpuMicros: since('cpuMicros'),
          memory: now.memory,
          wakeUps: since('wakeUps'),
          reads: since('reads'),
          writes: since('writes'),
          bytesRead: since('bytesRead'),
          bytesWritten: since('bytesWritten'),
        },
      ];
    }),
  );

/** The CPU time of each between two readings; microseconds. */
export const cpuBetween = (before: Map<string, Usage>, after: Map<string, Usage>): Map<string, number> =>
  new Map([...usedBetween(before, after)].map(([name, { cpuMicros }]) => [name, cpuMicros]));
