import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type RandomSource, randomString, systemRandom } from '@strongroom/random';

const DRAFT_LENGTH = 12;
const DRAFT_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** What is needed of the file system; tests break it. */
export type FileOperations = Pick<typeof fs, 'lstat' | 'open' | 'readdir' | 'rename' | 'rm'>;

export type FileContent = string | Uint8Array | AsyncIterable<Uint8Array>;

export interface FileAttributes {
  mode: number;
  /** Undefined: that of this process. */
  uid?: number;
  gid?: number;
}

export interface ReplaceOptions extends FileAttributes {
  random?: RandomSource;
  files?: FileOperations;
}

/**
 * Puts `content` at `path` so that whoever reads sees the whole of the old file or of the new one, also if this process is killed
 * or the machine loses its power. Until it is complete, nobody else can open it. A link is replaced, not followed.
 *
 * @throws Error of the system, or of what gives the content; then what was there is still there, and nothing beside it
 */
export async function replaceFile(path: string, content: FileContent, options: ReplaceOptions): Promise<void> {
  const { random = systemRandom, files = fs } = options;
  const draft = join(dirname(path), `${draftPrefix(path)}${randomString(random, DRAFT_ALPHABET, DRAFT_LENGTH)}`);
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const file = await files.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    try {
      for await (const piece of typeof content === 'string' || content instanceof Uint8Array ? [content] : content)
        await file.writeFile(piece);
      await give(file, options);
      await file.chmod(options.mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await files.rename(draft, path);
  } catch (error) {
    await files.rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path), files);
}

/** Replaces the file unless it is already as it must be. Returns whether that changed anything. @throws as replaceFile */
export async function updateFile(path: string, content: Uint8Array, options: ReplaceOptions): Promise<boolean> {
  if (await isAlready(path, content, options)) return false;
  await replaceFile(path, content, options);
  return true;
}

/** Removes the file if it is there, and its drafts. */
export async function removeFile(path: string): Promise<void> {
  await fs.rm(path, { force: true });
  await removeDrafts(path);
}

/**
 * Removes drafts of the file that a killed process has left. They hold what the file holds.
 *
 * @param olderThanMs spares those of processes that are at work; default: 0, for a file that only this process writes
 */
export async function removeDrafts(
  path: string,
  { olderThanMs = 0, files = fs }: { olderThanMs?: number; files?: FileOperations } = {},
): Promise<void> {
  const folder = dirname(path);
  const prefix = draftPrefix(path);
  for (const name of await files.readdir(folder)) {
    if (!name.startsWith(prefix) || name.length !== prefix.length + DRAFT_LENGTH) continue;
    const draft = join(folder, name);
    if (olderThanMs > 0) {
      const { mtimeMs } = await files.lstat(draft).catch(() => ({ mtimeMs: Infinity }));
      if (Date.now() - mtimeMs <= olderThanMs) continue;
    }
    await files.rm(draft, { force: true });
  }
}

const draftPrefix = (path: string): string => `.${basename(path)}.draft-`;

/** What belongs to the right owner already is not given, for only root may. */
async function give(file: fs.FileHandle, { uid, gid }: FileAttributes): Promise<void> {
  if (uid === undefined && gid === undefined) return;
  const own = await file.stat();
  if ((uid ?? own.uid) !== own.uid || (gid ?? own.gid) !== own.gid) await file.chown(uid ?? own.uid, gid ?? own.gid);
}

async function isAlready(path: string, content: Uint8Array, options: ReplaceOptions): Promise<boolean> {
  const { mode, uid, gid, files = fs } = options;
  try {
    const status = await files.lstat(path);
    if (!status.isFile() || status.size !== content.length || (status.mode & 0o7777) !== mode) return false;
    if ((uid ?? status.uid) !== status.uid || (gid ?? status.gid) !== status.gid) return false;
    const file = await files.open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const present = await file.readFile();
      const isSame = present.equals(content);
      present.fill(0);
      return isSame;
    } finally {
      await file.close();
    }
  } catch {
    return false;
  }
}

/** What folders say that may not be read, and systems that cannot do it. The file is there all the same. */
const CANNOT_SYNC: ReadonlySet<string | undefined> = new Set(['EACCES', 'EINVAL', 'EISDIR', 'ENOTSUP', 'EPERM']);

/** The new name must outlive a loss of power, too. */
async function syncFolder(path: string, files: FileOperations): Promise<void> {
  try {
    const folder = await files.open(path, constants.O_RDONLY);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!CANNOT_SYNC.has((error as NodeJS.ErrnoException).code)) throw error;
  }
}
