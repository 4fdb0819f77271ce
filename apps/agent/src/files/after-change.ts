import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AfterChange } from './files-config';

/** What programs need of the environment. The agent's own has names of files with its credentials. */
const ENVIRONMENT = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ'];

/** Tells programs that a file has changed. @throws Error that says what did not work */
export async function tellOfChange({ signal, pidFile, command, timeoutSeconds }: AfterChange): Promise<void> {
  if (signal !== undefined && pidFile !== undefined) sendSignal(signal, pidFile);
  if (command !== undefined) await run(command, timeoutSeconds);
}

function sendSignal(signal: NodeJS.Signals, pidFile: string): void {
  const text = readFileSync(pidFile, 'latin1').trim();
  const pid = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (pid < 2 || pid === process.pid) throw new Error(`${pidFile} must hold the id of a process`);
  process.kill(pid, signal);
}

/** Without a shell. What it prints is not kept, because it may print what it has read. */
function run([program, ...args]: readonly string[], timeoutSeconds: number): Promise<void> {
  const env = Object.fromEntries(ENVIRONMENT.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
  return new Promise((resolve, reject) => {
    const child = spawn(program!, args, {
      env,
      stdio: 'ignore',
      timeout: timeoutSeconds * 1_000,
      killSignal: 'SIGKILL',
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`the command ended with ${signal ?? code}`));
    });
  });
}
