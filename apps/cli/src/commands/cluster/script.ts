import { spawn } from 'node:child_process';
import type { Terminal } from '../../terminal/terminal';
import { CliError } from '../../cli-error';
import { EXIT } from '../../exit-code';

/** Runs a script of the checkout; what it says goes to standard error. @throws CliError if it fails */
export const runScript = async (script: string, args: readonly string[], { stderr, signal, env }: Terminal): Promise<void> => {
  const child = spawn(script, args, { stdio: ['ignore', 'pipe', 'pipe'], signal, killSignal: 'SIGTERM', env });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => stderr.write(bytes));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new CliError(`${script} failed.`, { exitCode: EXIT.failure, hint: 'What it said is above.' });
};
