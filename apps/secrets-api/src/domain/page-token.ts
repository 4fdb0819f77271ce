import { invalidNextToken } from '@strongroom/errors';
import { secretTexts } from '@strongroom/field-rules';

/** Where a page ended: the sort key and the tie-breaker of its last item. */
export interface PagePosition {
  /** A name, a time in ISO 8601, or a version id. */
  key: string;
  id: string;
}

const VERSION = 1;

/**
 * A next_token: opaque to callers. It holds a position and a digest of the question it belongs to, so that it can't be used
 * to go on with another one. It gives no rights: the account comes from the caller every time.
 */
export const writePageToken = (position: PagePosition, question: string): string =>
  Buffer.from(JSON.stringify([VERSION, question, position.key, position.id])).toString('base64url');

/** Undefined for '', the first page. Throws InvalidNextTokenException. */
export function readPageToken(token: string, question: string): PagePosition | undefined {
  if (token === '') return undefined;
  if (token.length > secretTexts.nextToken.max || !/^[\w-]+$/.test(token)) throw wrong();
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    throw wrong();
  }
  if (!Array.isArray(parts) || parts.length !== 4) throw wrong();
  const [version, asked, key, id] = parts as unknown[];
  if (version !== VERSION || typeof key !== 'string' || typeof id !== 'string') throw wrong();
  if (asked !== question) throw invalidNextToken('NextToken belongs to a request with other parameters.');
  return { key, id };
}

const wrong = () => invalidNextToken('NextToken is not one that this operation gave out.');
