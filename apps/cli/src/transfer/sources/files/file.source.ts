import { basename } from 'node:path';
import { BadText, formatOfName, readerOf, secretFileFormats } from '@strongroom/secret-files';
import { usageError } from '../../../cli-error';
import type { Terminal } from '../../../terminal/terminal';
import { type Source, withOneValue } from '../../source';
import { FileSource, readSourceFile } from './source-file';

export const fileFormats = [...secretFileFormats, 'age'] as const;
export type FileFormat = (typeof fileFormats)[number];

export interface FileOptions {
  file: string;
  format: Exclude<FileFormat, 'age'>;
  /** One secret for each entry, or one secret with all of them as a JSON object. */
  as: 'object' | 'secrets';
  /** Of the one secret. */
  name?: string;
}

/** By the name of the file. @throws CliError if it does not tell */
export const formatOf = (file: string): FileFormat => {
  const name = basename(file);
  const format = /\.age$/i.test(name) ? 'age' : formatOfName(name);
  if (format !== undefined) return format;
  throw usageError(`The name of ${file} does not say its format.`, `Give --format ${fileFormats.join('|')}.`);
};

/** @throws CliError that names the file and its fault, and shows nothing of its content */
export const openFileSource = async (
  { file, format, as, name }: FileOptions,
  terminal: Pick<Terminal, 'stdin'>,
): Promise<Source> => {
  if (as === 'object' && name === undefined) throw usageError('--as object makes one secret: --name must say how it is called.');
  if (as === 'secrets' && name !== undefined) throw usageError('--name is for --as object: the entries of the file have names.');
  const { secrets, limit, whole } = await readerOf(format);
  const read = await readSourceFile(file, terminal, limit);
  try {
    if (as === 'object') return new FileSource(read, [withOneValue({ name: name! }, { secretString: whole(read.text) })]);
    return new FileSource(read, secrets(read.text));
  } catch (error) {
    if (error instanceof BadText) throw usageError(`${read.title}: ${error.message}`);
    throw error;
  }
};
