import { open } from 'node:fs/promises';
import { MAX_FILE_BYTES } from '@strongroom/secret-files';
import { usageError } from '../../../cli-error';
import { resolve } from 'node:path';
import type { Terminal } from '../../../terminal/terminal';
import type { Source, SourceItem } from '../../source';

/** A file that is read whole, and what it is for messages. */
export interface SourceFile {
  text: string;
  title: string;
  /** Tells it from other files. */
  id: string;
}

/**
 * Reads a file, or standard input for `-`.
 *
 * @throws CliError if it cannot be read, is longer than `limit` bytes, or is not UTF-8
 */
export const readSourceFile = async (
  file: string,
  { stdin }: Pick<Terminal, 'stdin'>,
  limit = MAX_FILE_BYTES,
): Promise<SourceFile> => {
  const isStdin = file === '-';
  const title = isStdin ? 'standard input' : file;
  const bytes = isStdin ? await collect(stdin, title, limit) : await readWhole(file, limit);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text, title, id: `file ${isStdin ? '-' : resolve(file)}` };
  } catch {
    throw usageError(`${title} is not a text in UTF-8.`);
  }
};

const readWhole = async (file: string, limit: number): Promise<Buffer> => {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw usageError(`Cannot read ${file}: ${error.code ?? error.message}.`);
  });
  try {
    const { size } = await handle.stat();
    if (size > limit) throw tooLong(file, limit);
    return await handle.readFile();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === undefined ? error : usageError(`Cannot read ${file}: ${code}.`);
  } finally {
    await handle.close();
  }
};

const collect = async (stdin: Terminal['stdin'], title: string, limit: number): Promise<Buffer> => {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stdin) {
    const bytes = Buffer.from(part as Buffer | string);
    parts.push(bytes);
    length += bytes.length;
    if (length > limit) throw tooLong(title, limit);
  }
  return Buffer.concat(parts);
};

const tooLong = (title: string, limit: number) => usageError(`${title} is longer than ${limit / 1024 / 1024} MiB.`);

/** The secrets that a file holds, all in memory. */
export class FileSource implements Source {
  readonly id: string;
  readonly title: string;

  constructor(
    { id, title }: Pick<SourceFile, 'id' | 'title'>,
    private readonly items: readonly SourceItem[],
  ) {
    this.id = id;
    this.title = title;
  }

  async *secrets(wanted: (name: string) => boolean): AsyncGenerator<SourceItem, void> {
    for (const item of this.items) if (wanted(item.name)) yield item;
  }
}
