import { open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { randomUuid, systemRandom } from '@strongroom/random';
import { usageError } from '../../cli-error';

/**
 * Writes a file of mode 0600 whole or not at all: beside its place first, then, when it is on the disk, to its place. What was
 * there stays until then.
 */
export const writePrivateFile = async (file: string, bytes: AsyncIterable<Uint8Array>): Promise<void> => {
  const beside = join(dirname(file), `.${basename(file)}.${randomUuid(systemRandom).slice(0, 8)}.part`);
  const handle = await open(beside, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw usageError(`--to: cannot write ${file}: ${error.code ?? error.message}.`);
  });
  try {
    try {
      for await (const piece of bytes) await handle.writeFile(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (error) {
    await unlink(beside).catch(() => {});
    throw error;
  }
};
