import { invalidNextToken } from '@strongroom/errors';

const VERSION = 1;
const MAX_TOKEN = 4_096;

/**
 * A next_token: opaque to callers. It holds where the page ended and the question it belongs to, so that it can't be used to go on with
 * another one. It gives no rights: callers are authorised for every page.
 */
export const writePageToken = (position: readonly string[], question: string): string =>
  Buffer.from(JSON.stringify([VERSION, question, ...position])).toString('base64url');

/** `length` strings; undefined for '', the first page. Throws InvalidNextTokenException. */
export function readPageToken(token: string, question: string, length: number): string[] | undefined {
  if (token === '') return undefined;
  const [version, asked, ...position] = partsOf(token);
  if (version !== VERSION || position.length !== length || !position.every((part) => typeof part === 'string')) throw wrong();
  if (asked !== question) throw invalidNextToken('NextToken belongs to a request with other parameters.');
  return position as string[];
}

function partsOf(token: string): unknown[] {
  try {
    if (token.length > MAX_TOKEN || !/^[\w-]+$/.test(token)) throw wrong();
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (Array.isArray(parts)) return parts;
  } catch {
    // Whatever is wrong with it.
  }
  throw wrong();
}

const wrong = () => invalidNextToken('NextToken must come from an earlier response of this operation.');
