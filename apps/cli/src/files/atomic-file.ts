import * as fs from 'node:fs/promises';
import { MINUTE } from '@strongroom/clock';
import { type FileOperations, removeDrafts, updateFile } from '@strongroom/files';
import { usageError } from '../cli-error';

/** A draft that is this old belongs to a process that was killed; milliseconds. */
const ABANDONED_MS = MINUTE;

/**
 * Replaces a file as a whole: who reads it sees the old content or the new one. The file keeps its owner and group; its mode is
 * the given one.
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
    await removeDrafts(path, { olderThanMs: ABANDONED_MS, files });
    return await updateFile(path, content, { mode, uid: before?.uid, gid: before?.gid, files });
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
