import { closeSync, fchmodSync, fstatSync, linkSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { ConfigError } from '@strongroom/config';
import { type RandomSource, randomString } from '@strongroom/random';
import { TokenMatcher } from '../domain/hashing/token-matcher';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** 256 bits and a little. */
const LENGTH = 43;
const RULE = /^[\x21-\x7e]{16,4096}$/;
/** Whoever guesses does not make the agent read its file at each guess. Milliseconds. */
const READ_PAUSE_MS = 1_000;

export interface LocalTokenOptions {
  /** Of the file. */
  path: string;
  /** Of the file that is made: 0o600, or 0o640 for programs of its group. */
  mode: number;
  random: RandomSource;
  clock: { millis(): number };
}

/**
 * The token that programs must show, which proves that they may read its file. The file is made if there is none. If another
 * token is put into it, the first program that shows the new one ends the old one.
 */
export class LocalToken {
  private matcher: TokenMatcher;
  private readAt: number;

  private constructor(private readonly options: LocalTokenOptions) {
    this.matcher = new TokenMatcher(readToken(options.path));
    this.readAt = options.clock.millis();
  }

  /** @throws ConfigError if the file cannot be made or read, is open to everybody, or holds no token */
  static open(options: LocalTokenOptions): LocalToken {
    make(options);
    return new LocalToken(options);
  }

  matches(text: string): boolean {
    return this.matcher.matches(text) || (this.mayHaveChanged() && this.matcher.matches(text));
  }

  private mayHaveChanged(): boolean {
    const { clock, path } = this.options;
    const now = clock.millis();
    if (now < this.readAt + READ_PAUSE_MS) return false;
    this.readAt = now;
    try {
      this.matcher = new TokenMatcher(readToken(path));
      return true;
    } catch {
      // What is there now is no token: the last one stays.
      return false;
    }
  }
}

/** Whole or not at all: a program that starts at the same time must not read half a token. */
function make({ path, mode, random }: LocalTokenOptions): void {
  const draft = `${path}.${randomString(random, ALPHABET, 12)}`;
  try {
    const file = openSync(draft, 'wx', 0o600);
    try {
      writeSync(file, `${randomString(random, ALPHABET, LENGTH)}\n`);
      fchmodSync(file, mode);
    } finally {
      closeSync(file);
    }
    try {
      linkSync(draft, path);
    } finally {
      unlinkSync(draft);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // There is one already. In a folder that nobody may write it must be there.
    if (code === 'EEXIST' || code === 'EROFS' || code === 'EACCES') return;
    throw refusal(path, `cannot be made (${code ?? 'unknown error'})`);
  }
}

function readToken(path: string): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw refusal(path, `cannot be opened (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw refusal(path, 'is not a regular file');
    if ((status.mode & 0o027) !== 0) {
      throw refusal(path, 'must have mode 0600, or 0640 for the programs of its group: nobody else may read or write it');
    }
    const token = readFileSync(file, 'latin1').trim();
    if (!RULE.test(token)) throw refusal(path, 'must hold a token of 16 to 4,096 printable characters');
    return token;
  } finally {
    closeSync(file);
  }
}

const refusal = (path: string, rule: string): ConfigError =>
  new ConfigError([`STRONGROOM_AGENT_TOKEN_FILE: the file ${path} ${rule}`]);
