import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CliError } from '../cli-error';
import { EXIT } from '../exit-code';

/**
 * Makes sure that there is such a program, before anything is read or started.
 *
 * @param path of the program's environment: folders between colons
 * @throws CliError with the exit code that shells have for it
 */
export const requireProgram = (command: string, path = '/usr/local/bin:/usr/bin:/bin'): void => {
  const candidates = command.includes('/') ? [command] : path.split(':').map((folder) => join(folder || '.', command));
  const files = candidates.filter(isFile);
  if (files.some(isExecutable)) return;
  if (files.length > 0 || (command.includes('/') && exists(command))) {
    throw new CliError(`${command} cannot be executed`, { exitCode: EXIT.notExecutable });
  }
  throw new CliError(`there is no program ${command}`, {
    exitCode: EXIT.noSuchProgram,
    hint: command.includes('/') ? undefined : 'It is in none of the folders of PATH.',
  });
};

/**
 * A program of util-linux that has the kernel end another one when whoever started it is gone, however that happened. Undefined
 * where it is missing, or is the one of busybox, which cannot.
 */
export const findSetpriv = (): string | undefined =>
  ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => {
    try {
      return basename(realpathSync(path)) === 'setpriv' && isExecutable(path);
    } catch {
      return false;
    }
  });

const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

const isFile = (path: string): boolean => {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
