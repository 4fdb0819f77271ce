import { readFileSync, writeFileSync } from 'node:fs';
import { url as inspectorUrl } from 'node:inspector';
import type { Environment } from '@strongroom/config';

/**
 * Keeps what is in memory from files and debuggers. The kernel writes no memory into a core dump of this process or its children,
 * whatever the limits and the handler of core dumps say (core(5), coredump_filter). In production (`NODE_ENV`), there must be no
 * debugger, and SIGUSR1 starts none.
 *
 * @param on registers a listener for a signal
 * @throws Error in production, when a debugger is attached
 */
export function protectMemory(env: Environment, on: (signal: NodeJS.Signals, listener: () => void) => unknown): void {
  dumpNothing();
  if (env.NODE_ENV !== 'production') return;
  // Node opens its debugger on SIGUSR1, unless somebody listens.
  on('SIGUSR1', () => undefined);
  if (inspectorUrl() !== undefined || isTraced()) {
    throw new Error('a debugger is attached, which could read every secret: run without it, or with NODE_ENV=development');
  }
}

/** Without Linux's /proc there is nothing to set; then the limit of core dumps must do. */
function dumpNothing(): void {
  try {
    writeFileSync('/proc/self/coredump_filter', '0');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Whether another process traces this one, as gdb and strace do. */
function isTraced(): boolean {
  try {
    return /^TracerPid:\t[1-9]/m.test(readFileSync('/proc/self/status', 'utf8'));
  } catch {
    return false;
  }
}
