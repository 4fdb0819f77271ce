import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { MINUTE } from '@strongroom/clock';
import { withUsualCoreFiles } from './core-file';

/** How long a command after a change may take; milliseconds. */
export const SHELL_PATIENCE_MS = MINUTE;

/**
 * Runs a command of the user's in a shell, with this process's output.
 *
 * @returns how it failed, or undefined
 */
export const runShell = async (command: string, env: Record<string, string>): Promise<string | undefined> => {
  try {
    const child = withUsualCoreFiles(() =>
      spawn('/bin/sh', ['-c', command], {
        env,
        stdio: ['ignore', 'inherit', 'inherit'],
        timeout: SHELL_PATIENCE_MS,
        killSignal: 'SIGKILL',
      }),
    );
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    if (code === 0) return undefined;
    return code === null ? `was ended by ${signal}` : `ended with code ${code}`;
  } catch (error) {
    return `cannot be started: ${(error as NodeJS.ErrnoException).code}`;
  }
};
