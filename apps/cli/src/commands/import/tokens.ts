import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Cli } from '../../cli';
import { usageError } from '../../cli-error';
import { askSecret } from '../../terminal/ask';
import { readSourceFile } from '../../transfer/sources/files/source-file';

const MAX_TOKEN_BYTES = 64 * 1024;

export interface TokenSources {
  /** Of --token-file; `-` is standard input. */
  file?: string;
  /** The variable that holds it. */
  variable: string;
  /** Files below the home folder where the source's own program keeps it. */
  homeFiles?: readonly string[];
  /** For messages: "a token of Vault". */
  what: string;
}

/**
 * A token for somebody else's API: from a file or standard input, a variable, the file of the source's own program, or a prompt.
 * Never from an argument: other users of the machine see those.
 *
 * @throws CliError if there is none
 */
export const readToken = async ({ terminal }: Cli, { file, variable, homeFiles = [], what }: TokenSources): Promise<string> => {
  const found =
    file === undefined
      ? (terminal.env[variable] ?? (await firstOf(homeFiles)))
      : (await readSourceFile(file, terminal, MAX_TOKEN_BYTES)).text;
  const token = (found ?? '').trim();
  if (token !== '') return tokenOf(token, what);
  if (file !== undefined || !terminal.stdin.isTTY) {
    throw usageError(`There is no ${what}.`, `Set ${variable}, or give --token-file (- is standard input).`);
  }
  return tokenOf((await askSecret(terminal, `Give the ${what}:`)).trim(), what);
};

/** A header cannot hold anything else, and an error of HTTP would show it. */
const tokenOf = (token: string, what: string): string => {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw usageError(`The ${what} must be one word of ASCII characters.`);
};

const firstOf = async (files: readonly string[]): Promise<string | undefined> => {
  for (const file of files) {
    const text = await readFile(join(homedir(), file), 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  return undefined;
};
