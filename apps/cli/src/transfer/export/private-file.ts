import { replaceFile } from '@strongroom/files';
import { usageError } from '../../cli-error';

/** Writes a file of mode 0600 whole or not at all; what was there stays until the new one is complete. */
export const writePrivateFile = async (file: string, bytes: AsyncIterable<Uint8Array>): Promise<void> => {
  try {
    await replaceFile(file, bytes, { mode: 0o600 });
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall !== 'open') throw error;
    throw usageError(`--to: cannot write ${file}: ${code}.`);
  }
};
