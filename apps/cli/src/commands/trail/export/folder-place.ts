import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { usageError } from '../../../cli-error';
import { writeAtomically } from '../../../files/atomic-file';
import type { ExportPlace } from './export-place';

/** The trail names people and addresses, so it is for its owner alone. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

export class FolderPlace implements ExportPlace {
  constructor(readonly title: string) {}

  async read(name: string): Promise<string | undefined> {
    try {
      return await readFile(join(this.title, name), 'utf8');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return undefined;
      throw usageError(`${join(this.title, name)} cannot be read: ${code}`);
    }
  }

  async write(name: string, content: Uint8Array): Promise<void> {
    const path = join(this.title, name);
    await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE }).catch(({ code }: NodeJS.ErrnoException) => {
      throw usageError(`The folder ${dirname(path)} cannot be made: ${code}`);
    });
    await writeAtomically(path, content, { mode: FILE_MODE });
  }

  close(): void {
    // Nothing is open.
  }
}
