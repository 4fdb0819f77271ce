import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Runs a service's program for one task (`migrate`, `bootstrap`) to its end. Throws with what it printed when it fails or takes longer
 * than `milliseconds`.
 */
export const runServiceCommand = async (
  main: string,
  task: string,
  env: Record<string, string>,
  logFile: string,
  milliseconds = 120_000,
): Promise<void> => {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'w', 0o600);
  try {
    const child = spawn('/bin/sh', ['-c', 'ulimit -c 0; exec "$@"', 'sh', process.execPath, main, task], {
      stdio: ['ignore', log, log],
      env,
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
    const code = await new Promise<number | string>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode, signal) => resolve(exitCode ?? signal ?? 'an unknown cause'));
    });
    clearTimeout(timer);
    if (code !== 0) {
      const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15).join('\n  ');
      throw new Error(`${main} ${task} ended with ${code}; the end of ${logFile}:\n  ${tail}`);
    }
  } finally {
    closeSync(log);
  }
};
