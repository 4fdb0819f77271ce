import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { ConfigError } from './config-error';

/**
 * The text of a file that holds a secret, without the line end. Only the file's owner may have access to it (mode 0600 or 0400).
 *
 * @param variable the environment variable that named the file, for the error message
 * @throws ConfigError if the file is not readable, is empty, or is open to others
 */
export function readSecretFile(path: string, variable = 'secret file'): string {
  const refuse = (rule: string): never => {
    throw new ConfigError([`${variable}: the file ${path} ${rule}`]);
  };
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    return refuse(`cannot be opened (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
  try {
    // Checks the open file: by now the name could refer to another one.
    const status = fstatSync(descriptor);
    if (!status.isFile()) return refuse('is not a regular file');
    if ((status.mode & 0o077) !== 0) return refuse('must have mode 0600: nobody but its owner may read or write it');
    const text = readFileSync(descriptor, 'utf8').replace(/\r?\n$/, '');
    return text === '' ? refuse('is empty') : text;
  } finally {
    closeSync(descriptor);
  }
}
