import type { Readable, Writable } from 'node:stream';
import type { Environment } from '@strongroom/config';

/** Where a command reads and writes: the streams of the process, or those of a test. */
export interface Terminal {
  stdin: Readable & { isTTY?: boolean };
  stdout: Writable & { isTTY?: boolean; columns?: number };
  stderr: Writable & { isTTY?: boolean; columns?: number };
  env: Environment;
  /** Aborts when the person presses Ctrl-C or the process is told to end; its reason is the name of the process's signal. */
  signal: AbortSignal;
  /** Does something during which Ctrl-C belongs to another program on this terminal, such as an editor. */
  withoutInterrupts<T>(work: () => Promise<T>): Promise<T>;
}

export const processTerminal = (): Terminal => {
  const controller = new AbortController();
  let held = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const end = () => {
      if (signal === 'SIGINT' && held > 0) return;
      // A second one ends the process at once.
      process.removeListener(signal, end);
      controller.abort(signal);
    };
    process.on(signal, end);
  }
  // A reader that leaves early, such as `head`, ends the command quietly.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    signal: controller.signal,
    async withoutInterrupts(work) {
      held++;
      try {
        return await work();
      } finally {
        held--;
      }
    },
  };
};
