import { readFile } from 'node:fs/promises';
import { usageError } from '../cli-error';

/** The text of a file that an option names. @throws CliError that names the option, if it cannot be read */
export const textOfFile = (option: string, file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usageError(`${option}: ${file} cannot be read (${error.code}).`);
  });
