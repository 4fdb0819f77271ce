import { PatternFault } from './pattern-fault';

/** The texts between the asterisks of a wildcard: `a*b` has two. `\*` and `\\` stand for `*` and `\`. @throws PatternFault */
export function wildcardPieces(place: string, text: string): string[] {
  const pieces = [''];
  for (let at = 0; at < text.length; at++) {
    const symbol = text[at]!;
    if (symbol === '*') {
      if (text[at + 1] === '*') throw PatternFault.at(place, `has a wildcard with two asterisks in a row at position ${at}.`);
      pieces.push('');
    } else if (symbol === '\\') {
      const escaped = text[++at];
      if (escaped !== '*' && escaped !== '\\') {
        throw PatternFault.at(
          place,
          `has a wildcard with a backslash at position ${at - 1} before neither an asterisk nor a backslash.`,
        );
      }
      pieces[pieces.length - 1] += escaped;
    } else pieces[pieces.length - 1] += symbol;
  }
  return pieces;
}

/** Takes each piece where it first fits: if any placing fits, this one does. So a match looks at each character a few times. */
export function matchesPieces(pieces: readonly string[], text: string): boolean {
  const first = pieces[0]!;
  if (pieces.length === 1) return text === first;
  const last = pieces[pieces.length - 1]!;
  const end = text.length - last.length;
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (let i = 1; i < pieces.length - 1; i++) {
    const found = text.indexOf(pieces[i]!, at);
    if (found < 0) return false;
    at = found + pieces[i]!.length;
  }
  return at <= end;
}
