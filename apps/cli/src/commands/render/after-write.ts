import { readFile } from 'node:fs/promises';
import { runShell } from '../../process/run-shell';

/** What happens when a file has been written: a command of a shell, or a signal to the process whose id is in a file. */
export type AfterWrite = { kind: 'exec'; command: string } | { kind: 'signal'; signal: NodeJS.Signals; pidFile: string };

/** @returns how it failed, as the end of a sentence, or undefined */
export const doAfterWrite = async (after: AfterWrite, env: Record<string, string>): Promise<string | undefined> => {
  if (after.kind === 'exec') {
    const failure = await runShell(after.command, env);
    return failure && `the command ${failure}`;
  }
  const text = await readFile(after.pidFile, 'latin1').catch((error: NodeJS.ErrnoException) => error);
  if (text instanceof Error) return `${after.pidFile} cannot be read: ${text.code}`;
  const pid = Number(text.trim());
  if (!Number.isSafeInteger(pid) || pid < 1) return `${after.pidFile} must hold the id of a process`;
  try {
    process.kill(pid, after.signal);
    return undefined;
  } catch (error) {
    return `process ${pid} got no ${after.signal}: ${(error as NodeJS.ErrnoException).code}`;
  }
};
