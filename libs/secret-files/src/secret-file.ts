import { BadText, compact, parseJson } from './json-text';
import { currentOf, isUnreadable, type SourceItem } from './source-item';

export const secretFileFormats = ['env', 'json', 'yaml', 'csv'] as const;
export type SecretFileFormat = (typeof secretFileFormats)[number];

/** The most bytes of a file that is read whole. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** By the name of the file, without its folder; undefined if it does not tell. */
export const formatOfName = (name: string): SecretFileFormat | undefined => {
  const lower = name.toLowerCase();
  if (/^\.env(\.|$)|\.env$/.test(lower)) return 'env';
  return /\.(json|ya?ml|csv)$/.exec(lower)?.[1]?.replace('yml', 'yaml') as SecretFileFormat | undefined;
};

export interface SecretFileReader {
  /** One secret for each entry, each name once. @throws BadText */
  secrets: (text: string) => readonly SourceItem[];
  /** The file as one JSON object. @throws BadText */
  whole: (text: string) => string;
  /** Bytes. */
  limit: number;
}

/** The packages that read a format are loaded for it alone. */
export const readerOf = async (format: SecretFileFormat): Promise<SecretFileReader> => {
  switch (format) {
    case 'env': {
      const { parseDotenv, MAX_DOTENV_BYTES } = await import('./dotenv.parser');
      return { secrets: unique(parseDotenv), whole: (text) => objectOf(parseDotenv(text)), limit: MAX_DOTENV_BYTES };
    }
    case 'json': {
      const { parseJsonSecrets } = await import('./json.parser');
      return { secrets: unique(parseJsonSecrets), whole: objectText, limit: MAX_FILE_BYTES };
    }
    case 'yaml': {
      const { parseYamlSecrets, yamlAsJson, MAX_YAML_BYTES } = await import('./yaml.parser');
      return { secrets: unique(parseYamlSecrets), whole: (text) => objectText(yamlAsJson(text)), limit: MAX_YAML_BYTES };
    }
    case 'csv': {
      const { parseCsvSecrets } = await import('./csv.parser');
      return { secrets: unique(parseCsvSecrets), whole: (text) => objectOf(parseCsvSecrets(text)), limit: MAX_FILE_BYTES };
    }
  }
};

const unique = (parse: (text: string) => readonly SourceItem[]) => (text: string) => uniquelyNamed(parse(text));

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
