import type { Readable, Writable } from 'node:stream';
import type { Environment } from '@strongroom/config';

/** Where a command reads and writes: the streams of the process, or those of a test. */
export interface Terminal {
  stdin: Readable & { isTTY?: boolean };
  stdout: Writable & { isTTY?: boolean; columns?: number };
  stderr: Writable & { isTTY?: boolean; columns?: number };
  env: Environment;
  /** Aborts when the person presses Ctrl-C or the process is told to end. */
  signal: AbortSignal;
}

export const processTerminal = (): Terminal => {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => controller.abort());
  }
  // A reader that leaves early, such as `head`, ends the command quietly.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, env: process.env, signal: controller.signal };
};
