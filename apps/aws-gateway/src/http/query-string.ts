/** The parameters of a query string or a form, decoded, in their order; undefined when it is not well formed (percent signs, UTF-8). */
export function parseParameters(text: string): [name: string, value: string][] | undefined {
  if (text === '') return [];
  try {
    return text
      .split('&')
      .filter((part) => part !== '')
      .map((part) => {
        const equals = part.indexOf('=');
        return equals < 0 ? [decode(part), ''] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
      });
  } catch {
    return undefined;
  }
}

const decode = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

/** Percent-encoded as RFC 3986 and AWS's signatures want it: all but letters, digits and `-_.~`. */
export const encodeUri = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
