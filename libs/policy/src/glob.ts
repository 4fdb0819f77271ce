import { spend } from './work';

/** A pattern's units: a UTF-16 code unit, or one of the two wildcards. */
export type GlobToken = number;
/** `?`: exactly one character. */
export const ANY_ONE = -1;
/** `*`: any run of characters, none included. */
export const ANY_RUN = -2;

export interface Glob {
  readonly tokens: readonly GlobToken[];
  /** The least characters that a match needs, in code units; `?` counts one. */
  readonly shortest: number;
  /**
   * For each token after a `*`, how many tokens of the run of literals before it are still matched when it is not
   * (Knuth-Morris-Pratt); NO_BORDER in runs with a `?`, where that reasoning fails and the text is read again.
   */
  readonly borders: readonly number[];
  /** The most times that a character of the text is read. */
  readonly readings: number;
}

/** The matcher reads a text through this: a string, or in tests an object that counts the reads. */
export type GlobText = Pick<string, 'charCodeAt' | 'length'>;

const NO_BORDER = -1;

export function compileGlob(tokens: readonly GlobToken[]): Glob {
  const borders = new Array<number>(tokens.length + 1).fill(0);
  let readings = 3;
  let start = 0;
  for (let end = 0; end <= tokens.length; end++) {
    if (end < tokens.length && tokens[end] !== ANY_RUN) continue;
    fillBorders(tokens, borders, start, end);
    // Before the first `*` no character is read twice.
    if (start > 0 && borders[start] === NO_BORDER) readings = Math.max(readings, end - start);
    start = end + 1;
  }
  return { tokens, shortest: tokens.reduce((sum, token) => sum + (token === ANY_RUN ? 0 : 1), 0), borders, readings };
}

function fillBorders(tokens: readonly GlobToken[], borders: number[], start: number, end: number): void {
  for (let i = start; i < end; i++) {
    if (tokens[i] === ANY_ONE) {
      borders.fill(NO_BORDER, start, end + 1);
      return;
    }
  }
  let border = 0;
  for (let i = start + 1; i < end; i++) {
    while (border > 0 && tokens[i] !== tokens[start + border]) border = borders[start + border]!;
    if (tokens[i] === tokens[start + border]) border++;
    borders[i + 1] = border;
  }
}

/**
 * Whether `text` matches between the two offsets. Never backtracks over more than one `*`. A pattern of literals and `*` reads
 * each character at most three times, whatever the pattern; a run of k literals and `?` after a `*` reads it at most k times.
 * Neither recurses nor allocates. @throws TooMuchWork within a decision that has done its maximum of work
 */
export function matchesGlob(glob: Glob, text: GlobText, from = 0, to = text.length): boolean {
  const { tokens, borders } = glob;
  // Surrogate pairs are one `?`, so a text may have up to two units for a token, never fewer than one.
  if (to - from < glob.shortest) return false;
  spend((to - from) * glob.readings);
  let at = from;
  let token = 0;
  let runStart = -1; // the token after the last `*`
  let runText = from; // where the attempt to match that run began
  while (at < to) {
    const expected = tokens[token];
    if (expected === ANY_RUN) {
      runStart = ++token;
      runText = at;
      if (token === tokens.length) return true;
    } else if (expected === ANY_ONE) {
      at = nextCharacter(text, at, to);
      token++;
    } else if (expected === text.charCodeAt(at)) {
      at++;
      token++;
    } else if (runStart < 0) {
      return false;
    } else if (token === runStart) {
      at = runText = nextCharacter(text, at, to);
    } else if (borders[token]! >= 0) {
      token = runStart + borders[token]!;
    } else {
      at = runText = nextCharacter(text, runText, to);
      token = runStart;
    }
  }
  while (tokens[token] === ANY_RUN) token++;
  return token === tokens.length;
}

function nextCharacter(text: GlobText, at: number, to: number): number {
  const isPair = at + 1 < to && (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
  return at + (isPair ? 2 : 1);
}
