import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MINUTE } from '@strongroom/clock';
import { makePrivateFolder, removeDrafts, replaceFile } from '@strongroom/files';
import { CliError } from '../cli-error';
import { EXIT } from '../exit-code';

/** The text of a file that only its owner may read; undefined if there is none. @throws CliError if others may read it */
export const readPrivateFile = async (path: string): Promise<string | undefined> => {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
  try {
    // Checks the open file: by now the name could refer to another one.
    const status = await file.stat();
    if (!status.isFile()) throw refused(path, 'must be a regular file');
    if ((status.mode & 0o077) !== 0) {
      throw refused(path, 'must have mode 0600: nobody but its owner may read or write it', `Run: chmod 600 ${path}`);
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
};

/** Writes a file of mode 0600 in a folder of mode 0700; a reader sees the old content or the new one, never a part of it. */
export const writePrivateFile = async (path: string, content: string): Promise<void> => {
  await makePrivateFolder(dirname(path));
  await removeDrafts(path, { olderThanMs: MINUTE });
  await replaceFile(path, content, { mode: 0o600 });
};

const refused = (path: string, rule: string, hint?: string): CliError =>
  new CliError(`${path}: ${rule}`, { exitCode: EXIT.usage, hint });

export const unreadable = (path: string, error: unknown): CliError =>
  new CliError(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`, {
    exitCode: EXIT.usage,
  });
