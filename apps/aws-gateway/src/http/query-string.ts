import { HTTP } from '@strongroom/bounds';

export type Parameter = [name: string, value: string];

/**
 * The decoded parameters of a query string or form, in their order, or what is wrong with it (too many, percent signs, UTF-8).
 */
export function parseParameters(
  text: string,
): { parameters: Parameter[]; problem?: undefined } | { parameters?: undefined; problem: string } {
  const parameters: Parameter[] = [];
  let parts = 0;
  for (let start = 0, end; start < text.length; start = end + 1) {
    if (++parts > HTTP.parameters) return { problem: `must have at most ${HTTP.parameters} parameters` };
    end = text.indexOf('&', start);
    if (end < 0) end = text.length;
    if (end === start) continue;
    try {
      parameters.push(decodePart(text.slice(start, end)));
    } catch {
      return { problem: 'is not well-formed' };
    }
  }
  return { parameters };
}

function decodePart(part: string): Parameter {
  const equals = part.indexOf('=');
  return equals < 0 ? [decode(part), ''] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
}

const decode = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

/** Percent-encodes as RFC 3986 and AWS's signatures require: everything except letters, digits and `-_.~`. */
export const encodeUri = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
