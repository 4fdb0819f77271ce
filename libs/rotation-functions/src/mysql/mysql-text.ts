/** A name between backticks. Only backticks have a meaning there, whatever the sql_mode of the server. */
export const identifier = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

export interface Token {
  kind: 'word' | 'quoted' | 'group' | 'sign';
  text: string;
  start: number;
  end: number;
}

/** The end of the quoted text that begins at `start`: doubled quotes, and a backslash in strings, do not end it. */
const endOfQuoted = (text: string, start: number): number => {
  const quote = text[start]!;
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\' && quote !== '`') at++;
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return text.length;
};

const isQuote = (character: string): boolean => character === '`' || character === "'" || character === '"';

const endOfGroup = (text: string, start: number): number => {
  let at = start + 1;
  while (at < text.length && text[at] !== ')') {
    at = isQuote(text[at]!) ? endOfQuoted(text, at) : text[at] === '(' ? endOfGroup(text, at) : at + 1;
  }
  return at + 1;
};

/**
 * The parts of a statement that the server printed: words, quoted names and texts, bracketed groups as a whole, other signs one
 * by one.
 */
export const tokensOf = (text: string): Token[] => {
  const tokens: Token[] = [];
  const push = (kind: Token['kind'], start: number, end: number) =>
    tokens.push({ kind, text: text.slice(start, end), start, end });
  let at = 0;
  while (at < text.length) {
    const character = text[at]!;
    const word = /^[\w$*-]+/.exec(text.slice(at, at + 200))?.[0];
    const start = at;
    if (/\s/.test(character)) at++;
    else if (isQuote(character)) push('quoted', start, (at = endOfQuoted(text, at)));
    else if (character === '(') push('group', start, (at = endOfGroup(text, at)));
    else if (word) push('word', start, (at += word.length));
    else push('sign', start, ++at);
  }
  return tokens;
};

/** Texts between the commas of the outermost level. */
export const listOf = (text: string): string[] => {
  const commas = tokensOf(text).filter((token) => token.text === ',');
  const starts = [0, ...commas.map((comma) => comma.end)];
  return starts.map((start, index) => text.slice(start, commas[index]?.start).trim()).filter(Boolean);
};
