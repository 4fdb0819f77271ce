import { readFile } from 'node:fs/promises';
import { obeys, secretTexts } from '@strongroom/field-rules';
import { usageError } from '../cli-error';

export interface NamingOptions {
  /** Put before each name, last of all. */
  prefix?: string;
  /** Taken away where a name begins with it, first of all. */
  stripPrefix?: string;
  /** A file of rules: see `readRenames`. */
  rename?: string;
}

/** How secrets of the source are called here. */
export interface Naming {
  nameOf(sourceName: string): string;
  /** Why `name` cannot be one here, and what --rename could make of it; undefined if it can. */
  faultOf(name: string): string | undefined;
}

interface Rename {
  pattern: RegExp;
  replacement: string;
}

/** @throws CliError that names the file and its line */
export const namingOf = async ({ prefix = '', stripPrefix = '', rename }: NamingOptions): Promise<Naming> => {
  const renames = rename === undefined ? [] : await readRenames(rename);
  if (prefix !== '' && !obeys(secretTexts.name, prefix)) throw usageError(`--prefix: ${RULE}`);
  return {
    nameOf: (sourceName) => {
      const stripped = sourceName.startsWith(stripPrefix) ? sourceName.slice(stripPrefix.length) : sourceName;
      return prefix + renames.reduce((name, { pattern, replacement }) => name.replace(pattern, replacement), stripped);
    },
    faultOf: (name) => {
      if (obeys(secretTexts.name, name)) return undefined;
      // The rules see the name before the prefix is put before it.
      const own = name.slice(prefix.length);
      const suggestion = suggestedName(own);
      return suggestion === undefined ? RULE : `${RULE} --rename could have: ^${escaped(own)}$ => ${suggestion}`;
    },
  };
};

const RULE = 'A name must be 1 to 512 ASCII letters, digits and the characters /_+=.@-.';
const ARROW = ' => ';

/**
 * Lines of `REGULAR EXPRESSION => REPLACEMENT`, which are applied one after the other; `$1` is the first group. Empty lines and
 * lines that begin with # are comments.
 */
const readRenames = async (file: string): Promise<Rename[]> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usageError(`--rename: cannot read ${file}: ${error.code ?? error.message}.`);
  });
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return [];
    const at = line.lastIndexOf(ARROW);
    if (at < 1) throw usageError(`--rename: ${file}:${index + 1}: a line must be "regular expression => replacement".`);
    try {
      return [{ pattern: new RegExp(line.slice(0, at), 'gu'), replacement: line.slice(at + ARROW.length) }];
    } catch {
      throw usageError(`--rename: ${file}:${index + 1}: this is not a regular expression.`);
    }
  });
};

const suggestedName = (name: string): string | undefined => {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '');
  const suggestion = plain.replace(/[^A-Za-z0-9/_+=.@-]+/g, '-').slice(0, secretTexts.name.max);
  return /[A-Za-z0-9]/.test(suggestion) && !/[\n\r]/.test(name) ? suggestion : undefined;
};

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
