import { open } from 'node:fs/promises';
import type { CheckpointPlace } from '../domain/checkpoint.port';

/**
 * A file that grows by one checkpoint at a time, with an empty line between them. What is in it is never written again: it may be
 * on a disk that only takes what is new.
 */
export class CheckpointFile implements CheckpointPlace {
  readonly kind = 'file';

  constructor(readonly name: string) {}

  async put(note: string): Promise<void> {
    const file = await open(this.name, 'a', 0o644);
    try {
      // In one step, and on a new line: the one before may have been cut off.
      const bytes = Buffer.from(`\n${note}`, 'utf8');
      const { bytesWritten } = await file.write(bytes);
      if (bytesWritten !== bytes.length) throw new Error('the file did not take the whole checkpoint');
      await file.datasync();
    } finally {
      await file.close();
    }
  }
}
