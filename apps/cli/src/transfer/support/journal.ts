import { appendFile, readFile, truncate } from 'node:fs/promises';
import { usageError } from '../../cli-error';

/**
 * A file with the names of the secrets that are imported, one a line; never a value. A repeated import does not even read these
 * from their source.
 */
export class Journal {
  private constructor(
    private readonly file: string,
    private readonly names: Set<string>,
  ) {}

  /** @throws CliError if the file exists and cannot be read */
  static async open(file: string): Promise<Journal> {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw usageError(`--journal: cannot read ${file}: ${error.code ?? error.message}.`);
    });
    // A process that was killed may have left half a line, which could be the name of another secret.
    const complete = text.slice(0, text.lastIndexOf('\n') + 1);
    if (complete !== text) await truncate(file, Buffer.byteLength(complete));
    return new Journal(file, new Set(complete.split('\n').filter(Boolean)));
  }

  get size(): number {
    return this.names.size;
  }

  has(name: string): boolean {
    return this.names.has(name);
  }

  async add(name: string): Promise<void> {
    // A name with a line break could not be read back; it is compared again each time.
    if (name.includes('\n')) return;
    await appendFile(this.file, `${name}\n`, { mode: 0o600 });
    this.names.add(name);
  }
}
