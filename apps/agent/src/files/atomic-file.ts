import { constants } from 'node:fs';
import { lstat, open, readdir, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type RandomSource, randomString } from '@strongroom/random';

const DRAFT_LENGTH = 12;
const DRAFT_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

export interface FileAttributes {
  mode: number;
  /** Undefined: the agent's. */
  uid?: number;
  gid?: number;
}

/**
 * Puts `content` at `path` so that whoever reads sees the whole of the old file or of the new one; a link is replaced, not
 * followed. Returns whether that changed anything.
 *
 * @throws Error of the system; then what was there is still there
 */
export async function writeAtomically(
  path: string,
  content: Buffer,
  attributes: FileAttributes,
  random: RandomSource,
): Promise<boolean> {
  if (await isAlready(path, content, attributes)) return false;
  const draft = join(dirname(path), `${draftPrefix(path)}${randomString(random, DRAFT_ALPHABET, DRAFT_LENGTH)}`);
  const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants;
  const file = await open(draft, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600);
  try {
    try {
      await file.writeFile(content);
      const { uid, gid, mode } = attributes;
      if (uid !== undefined || gid !== undefined) await file.chown(uid ?? -1, gid ?? -1);
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw error;
  }
  return true;
}

/** Removes the file if it is there, and drafts that a killed agent has left. */
export async function removeFile(path: string): Promise<void> {
  await unlinkIfThere(path);
  await removeDrafts(path);
}

export async function removeDrafts(path: string): Promise<void> {
  const folder = dirname(path);
  const prefix = draftPrefix(path);
  for (const name of await readdir(folder)) {
    if (name.startsWith(prefix) && name.length === prefix.length + DRAFT_LENGTH) await unlinkIfThere(join(folder, name));
  }
}

const draftPrefix = (path: string): string => `.${basename(path)}.draft-`;

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function isAlready(path: string, content: Buffer, { mode, uid, gid }: FileAttributes): Promise<boolean> {
  try {
    const status = await lstat(path);
    if (!status.isFile() || status.size !== content.length || (status.mode & 0o7777) !== mode) return false;
    if ((uid !== undefined && status.uid !== uid) || (gid !== undefined && status.gid !== gid)) return false;
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
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
