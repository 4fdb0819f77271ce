import { readFileSync } from 'node:fs';
import type { ComponentName } from '@strongroom/local-cluster';
import type { Finding } from './finding';

const MIB = 1 << 20;

/** The memory that a process may use beyond what it had at the start of the run; bytes. */
const GROWTH: Readonly<Partial<Record<ComponentName, number>>> = { mariadb: 1_024 * MIB, redis: 512 * MIB };
const GROWTH_OF_SERVICES = 512 * MIB;
/** Looks in a row that find more than that: on a busy machine what is garbage is collected late. */
const LOOKS = 3;

/** Resident memory, bytes; undefined if the process does not exist. */
export function residentMemory(pid: number): number | undefined {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1_024;
  } catch {
    return undefined;
  }
}

export interface ProcessOf {
  name: ComponentName;
  /** Undefined while it does not run. */
  pid(): number | undefined;
}

interface Watched extends ProcessOf {
  known: number | undefined;
  least: number;
  most: number;
  /** Looks in a row that found too much. */
  tooMuch: number;
}

/** Checks that processes keep running and stay within their limits. */
export class ProcessWatch {
  private readonly watched: Watched[];

  /** @param memoryOf bytes, of a pid */
  constructor(
    processes: readonly ProcessOf[],
    private readonly memoryOf: (pid: number) => number | undefined = residentMemory,
  ) {
    this.watched = processes.map((process) => {
      const pid = process.pid();
      const memory = (pid === undefined ? undefined : memoryOf(pid)) ?? 0;
      return { ...process, pid: () => process.pid(), known: pid, least: memory, most: memory, tooMuch: 0 };
    });
  }

  /** What has happened since the last look. @param near an index at which the run is */
  look(near?: number): Finding[] {
    return this.watched.flatMap((one): Finding[] => {
      const found = (check: string, seen: string): Finding[] => [
        { check, target: one.name, seen, ...(near === undefined ? {} : { index: near }) },
      ];
      const pid = one.pid();
      const memory = pid === undefined ? undefined : this.memoryOf(pid);
      if (pid !== one.known || memory === undefined) {
        const had = one.known;
        one.known = pid;
        return had === undefined ? [] : found('a process ended', 'its process is gone');
      }
      const bound = one.least + (GROWTH[one.name] ?? GROWTH_OF_SERVICES);
      one.most = Math.max(one.most, memory);
      one.tooMuch = memory > bound ? one.tooMuch + 1 : 0;
      return one.tooMuch === LOOKS ? found('out of bounds', `more than ${Math.round(bound / MIB)} MiB of memory`) : [];
    });
  }

  /** MiB at the start and at most, by process. */
  get memory(): Record<string, string> {
    return Object.fromEntries(
      this.watched.map(({ name, least, most }) => [name, `${Math.round(least / MIB)} → ${Math.round(most / MIB)} MiB`]),
    );
  }
}
