import { constants } from 'node:os';
import type { Ended } from './child-program';
import { keepMemoryOutOfCoreFiles } from './core-file';

/** How a shell tells of an end by a signal. */
export const exitCodeOfEnd = ({ code, signal }: Ended): number => code ?? 128 + constants.signals[signal!];

/**
 * Makes this process, when it exits, die of the signal that its program died of: so who waits for it sees what it would have seen
 * of the program. The exit code is for where that fails.
 */
export const dieOf = (signal: NodeJS.Signals): void => {
  process.once('exit', () => {
    keepMemoryOutOfCoreFiles();
    try {
      // The last listener to go leaves the default, also for what node ignores, such as SIGPIPE.
      if (signal !== 'SIGKILL') process.on(signal, () => undefined).removeAllListeners(signal);
      process.kill(process.pid, signal);
    } catch {
      return;
    }
    // The kernel may hand the signal to another thread.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
  });
};
