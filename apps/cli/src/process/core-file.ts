import { readFileSync, writeFileSync } from 'node:fs';

/** Which memory of this process the kernel writes into a core file; children inherit it. */
const FILTER = '/proc/self/coredump_filter';

/** Keeps values out of core files: from now on, one of this process would be without its memory. Only on Linux. */
export const keepMemoryOutOfCoreFiles = (): void => {
  usual ??= read();
  if (usual !== undefined) write('0');
};

/** Starts a process with the usual core files; its memory is its own matter. */
export const withUsualCoreFiles = <T>(start: () => T): T => {
  if (usual === undefined) return start();
  write(usual);
  try {
    return start();
  } finally {
    write('0');
  }
};

let usual: string | undefined;

const read = (): string | undefined => {
  try {
    return `0x${readFileSync(FILTER, 'latin1').trim()}`;
  } catch {
    return undefined;
  }
};

const write = (filter: string): void => {
  try {
    writeFileSync(FILTER, filter);
  } catch {
    // Hardened machines forbid it; they write no core files either.
  }
};
