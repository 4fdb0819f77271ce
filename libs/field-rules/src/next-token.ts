import { invalidNextToken } from '@strongroom/errors';
import { secretTexts } from './secret-rules';

const VERSION = 1;

/**
 * A next_token, which is opaque to callers. It holds where a page ended and what its request asked (`question`), so that it
 * continues no other list. It gives no rights: callers are authorised for every page.
 */
export function writeNextToken(position: readonly string[], question: string): string {
  return Buffer.from(JSON.stringify([VERSION, question, ...position])).toString('base64url');
}

/** A position of `length` strings; undefined for '', the first page. @throws InvalidNextTokenException */
export function readNextToken(token: string, question: string, length: number): string[] | undefined {
  if (token === '') return undefined;
  const [version, asked, ...position] = partsOf(token);
  if (version !== VERSION || position.length !== length || !position.every((part) => typeof part === 'string'))
    throw unknownToken();
  if (asked !== question) throw invalidNextToken('NextToken belongs to a request with other parameters.');
  return position;
}

/** For a token that no response had. */
export function unknownToken() {
  return invalidNextToken('NextToken must come from an earlier response of this operation.');
}

function partsOf(token: string): unknown[] {
  if (token.length > secretTexts.nextToken.max || !/^[\w-]+$/.test(token)) throw unknownToken();
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    throw unknownToken();
  }
  if (!Array.isArray(parts)) throw unknownToken();
  return parts;
}
