import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '@strongroom/config';
import { isMemoryFolder } from '@strongroom/files';
import { usageError } from '../../cli-error';

/** A folder of mode 0700 in memory, for a text that must not come to a disk. */
export interface MemoryDirectory {
  path: string;
  remove(): Promise<void>;
}

export interface MemoryDirectoryOptions {
  /** Take the folder for temporary files where nothing is in memory. */
  allowDisk?: boolean;
  /** Where to look; default: $XDG_RUNTIME_DIR and /dev/shm. */
  candidates?: readonly string[];
}

/** @throws CliError if nothing on this machine is in memory */
export const makeMemoryDirectory = async (
  env: Environment,
  { allowDisk = false, candidates = [env['XDG_RUNTIME_DIR'] ?? '', '/dev/shm'] }: MemoryDirectoryOptions = {},
): Promise<MemoryDirectory> => {
  for (const place of candidates) if (place !== '' && isInMemory(place)) return make(place);
  if (allowDisk) return make(tmpdir());
  throw usageError(
    'No folder of this machine is in memory: neither $XDG_RUNTIME_DIR nor /dev/shm is a tmpfs.',
    'Give --allow-disk to edit on a disk, which may keep the text after the file is gone; or use `get` and `set`.',
  );
};

const isInMemory = (place: string): boolean => {
  try {
    return isMemoryFolder(place);
  } catch {
    return false;
  }
};

const make = async (place: string): Promise<MemoryDirectory> => {
  const path = await mkdtemp(join(place, 'strongroom-edit-'));
  await chmod(path, 0o700);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
};
