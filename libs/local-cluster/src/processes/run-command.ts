import { spawn } from 'node:child_process';

export interface Command {
  command: string;
  /** Anyone on the machine can read these: never a secret. */
  args: readonly string[];
  env: Record<string, string>;
  /** Lines for standard input. */
  lines?: readonly string[];
  /** Default 60 s. */
  milliseconds?: number;
}

/** Runs a command and resolves with what it prints. @throws Error with what it says on standard error when it fails */
export async function runCommand({ command, args, env, lines = [], milliseconds = 60_000 }: Command): Promise<string> {
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'], timeout: milliseconds, killSignal: 'SIGKILL' });
  let [said, failed] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (failed += text));
  // It may end before it has read all.
  child.stdin.on('error', () => undefined);
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const code = await new Promise<number | string | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve(status ?? signal));
  });
  if (code !== 0) throw new Error(failed.trim() || `ended with ${code}`);
  return said;
}
