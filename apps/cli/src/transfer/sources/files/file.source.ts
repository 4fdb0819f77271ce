import { basename } from 'node:path';
import { usageError } from '../../../cli-error';
import type { Terminal } from '../../../terminal/terminal';
import { currentOf, isUnreadable, type Source, type SourceItem, withOneValue } from '../../source';
import { BadText, compact, parseJson } from '../json-text';
import { FileSource, MAX_FILE_BYTES, readSourceFile } from './source-file';

export const fileFormats = ['env', 'json', 'yaml', 'csv', 'age'] as const;
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
  const name = basename(file).toLowerCase();
  if (/^\.env(\.|$)|\.env$/.test(name)) return 'env';
  const format = /\.(json|ya?ml|csv|age)$/.exec(name)?.[1]?.replace('yml', 'yaml');
  if (format !== undefined) return format as FileFormat;
  throw usageError(`The name of ${file} does not say its format.`, `Give --format ${fileFormats.join('|')}.`);
};

/** @throws CliError that names the file and its fault, and shows nothing of its content */
export const openFileSource = async (
  { file, format, as, name }: FileOptions,
  terminal: Pick<Terminal, 'stdin'>,
): Promise<Source> => {
  if (as === 'object' && name === undefined) throw usageError('--as object makes one secret: --name must say how it is called.');
  if (as === 'secrets' && name !== undefined) throw usageError('--name is for --as object: the entries of the file have names.');
  const { parser, limit, whole } = await load(format);
  const read = await readSourceFile(file, terminal, limit);
  try {
    if (as === 'object') return new FileSource(read, [withOneValue({ name: name! }, { secretString: whole(read.text) })]);
    return new FileSource(read, uniquelyNamed(parser(read.text)));
  } catch (error) {
    if (error instanceof BadText) throw usageError(`${read.title}: ${error.message}`);
    throw error;
  }
};

interface Format {
  parser: (text: string) => SourceItem[];
  /** The file as one JSON object. */
  whole: (text: string) => string;
  /** Bytes. */
  limit: number;
}

/** The packages that read a format are loaded for it alone. */
const load = async (format: FileOptions['format']): Promise<Format> => {
  switch (format) {
    case 'env': {
      const { parseDotenv, MAX_DOTENV_BYTES } = await import('./dotenv.parser');
      return { parser: parseDotenv, whole: (text) => objectOf(parseDotenv(text)), limit: MAX_DOTENV_BYTES };
    }
    case 'json': {
      const { parseJsonSecrets } = await import('./json.parser');
      return { parser: parseJsonSecrets, whole: objectText, limit: MAX_FILE_BYTES };
    }
    case 'yaml': {
      const { parseYamlSecrets, yamlAsJson, MAX_YAML_BYTES } = await import('./yaml.parser');
      return { parser: parseYamlSecrets, whole: (text) => objectText(yamlAsJson(text)), limit: MAX_YAML_BYTES };
    }
    case 'csv': {
      const { parseCsvSecrets } = await import('./csv.parser');
      return { parser: parseCsvSecrets, whole: (text) => objectOf(parseCsvSecrets(text)), limit: MAX_FILE_BYTES };
    }
  }
};

const objectOf = (items: readonly SourceItem[]): string => {
  const members = uniquelyNamed(items).map((item) => {
    const value = isUnreadable(item) ? null : currentOf(item)!.value.secretString;
    return `${JSON.stringify(item.name)}:${JSON.stringify(value)}`;
  });
  return `{${members.join(',')}}`;
};

const objectText = (text: string): string => {
  const root = parseJson(text);
  if (root.type !== 'object') throw new BadText('It must be an object.');
  return compact(text, root);
};

const uniquelyNamed = (items: readonly SourceItem[]): readonly SourceItem[] => {
  const names = new Set<string>();
  for (const { name } of items) {
    if (names.has(name)) throw new BadText(`It has "${name.slice(0, 80)}" twice.`);
    names.add(name);
  }
  return items;
};
