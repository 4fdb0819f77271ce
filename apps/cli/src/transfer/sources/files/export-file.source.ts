import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { CliError, usageError } from '../../../cli-error';
import { decrypted } from '../../export/age';
import { readDocument } from '../../export/document';
import type { Source, SourceItem } from '../../source';

/** The secrets of a file that `strongroom export` wrote, with all their versions. */
export class ExportFileSource implements Source {
  readonly id: string;
  readonly title: string;

  constructor(
    private readonly file: string,
    private readonly identities: readonly string[],
  ) {
    this.id = `export ${resolve(file)}`;
    this.title = file;
  }

  async *secrets(wanted: (name: string) => boolean): AsyncGenerator<SourceItem, void> {
    const bytes = createReadStream(this.file) as AsyncIterable<Uint8Array>;
    try {
      for await (const item of readDocument(decrypted(bytes, this.identities, this.title))) {
        if (wanted(item.name)) yield item;
      }
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (typeof code === 'string') throw usageError(`Cannot read ${this.file}: ${code}.`);
      if (!(error instanceof CliError) || message.startsWith(this.file)) throw error;
      throw new CliError(`${this.file}: ${message}`, { exitCode: error.exitCode, hint: error.hint });
    }
  }
}
