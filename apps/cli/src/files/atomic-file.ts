import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MINUTE } from '@strongroom/clock';
import { randomUuid, systemRandom } from '@strongroom/random';
import { usageError } from '../cli-error';

/** What is needed of the file system; tests break it. */
export type FileOperations = Pick<typeof fs, 'lstat' | 'open' | 'readdir' | 'readFile' | 'rename' | 'rm'>;

const DRAFT = (name: string) => `.${name}.strongroom-`;
/** A draft that is this old belongs to a process that was killed; milliseconds. */
const ABANDONED_MS = MINUTE;

/**
 * Replaces a file as a whole: who reads it sees the old content or the new one, also if this process is killed or the machine
 * loses its power. The file keeps its owner and group; its mode is the given one.
 *
 * @returns whether anything had to be changed
 * @throws CliError that names the file and the rule; then the file is as it was
 */
export const writeAtomically = async (
  path: string,
  content: Uint8Array,
  { mode, files = fs }: { mode: number; files?: FileOperations },
): Promise<boolean> => {
  try {
    const before = await statusOf(path, files);
    if (before !== undefined && (before.mode & 0o7777) === mode && (await files.readFile(path)).equals(content)) return false;
    await removeAbandoned(path, files);
    const draft = join(dirname(path), `${DRAFT(basename(path))}${randomUuid(systemRandom)}`);
    try {
      await writeDraft(draft, content, { mode, owner: before, files });
      await files.rename(draft, path);
    } catch (error) {
      await files.rm(draft, { force: true });
      throw error;
    }
    await syncDirectory(dirname(path), files);
    return true;
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw usageError(`${path} cannot be written: ${code}${syscall === 'fchown' ? ', for it belongs to somebody else' : ''}`);
  }
};

const statusOf = async (path: string, files: FileOperations) => {
  const status = await files.lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (status?.isSymbolicLink()) throw usageError(`${path} is a symbolic link: name the file that it leads to`);
  if (status && !status.isFile()) throw usageError(`${path} must be a regular file`);
  return status;
};

const writeDraft = async (
  draft: string,
  content: Uint8Array,
  { mode, owner, files }: { mode: number; owner: { uid: number; gid: number } | undefined; files: FileOperations },
): Promise<void> => {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const file = await files.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    if (owner) {
      const own = await file.stat();
      if (own.uid !== owner.uid || own.gid !== owner.gid) await file.chown(owner.uid, owner.gid);
    }
    await file.writeFile(content);
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
};

/** Drafts hold values, so none may be left for long. */
const removeAbandoned = async (path: string, files: FileOperations): Promise<void> => {
  for (const name of await files.readdir(dirname(path))) {
    if (!name.startsWith(DRAFT(basename(path)))) continue;
    const draft = join(dirname(path), name);
    const { mtimeMs } = await files.lstat(draft).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > ABANDONED_MS) await files.rm(draft, { force: true });
  }
};

/** The new name must outlive a loss of power, too. */
const syncDirectory = async (directory: string, files: FileOperations): Promise<void> => {
  const handle = await files.open(directory, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
