import { invalidNextToken } from '@strongroom/errors';
import { secretTexts } from '@strongroom/field-rules';

/** The end of a page: the sort key and the tie-breaker of its last item. */
export interface PagePosition {
  /** A name, a time in ISO 8601, or a version id. */
  key: string;
  id: string;
}

const VERSION = 1;

/**
 * A next_token, opaque to callers. It holds a position and a digest of its request, so that it cannot continue another one. It
 * gives no rights: the account always comes from the caller.
 */
export function writePageToken(position: PagePosition, question: string): string {
  return Buffer.from(JSON.stringify([VERSION, question, position.key, position.id])).toString('base64url');
}

/** Undefined for '', the first page. @throws InvalidNextTokenException */
export function readPageToken(token: string, question: string): PagePosition | undefined {
  if (token === '') return undefined;
  if (token.length > secretTexts.nextToken.max || !/^[\w-]+$/.test(token)) throw invalidPageToken();
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    throw invalidPageToken();
  }
  if (!Array.isArray(parts) || parts.length !== 4) throw invalidPageToken();
  const [version, asked, key, id] = parts as unknown[];
  if (version !== VERSION || typeof key !== 'string' || typeof id !== 'string') throw invalidPageToken();
  if (asked !== question) throw invalidNextToken('NextToken belongs to a request with other parameters.');
  return { key, id };
}

export function invalidPageToken() {
  return invalidNextToken('NextToken must come from an earlier response of this operation.');
}

/**
 * The time in a position's key.
 *
 * @throws InvalidNextTokenException for text that `toISOString` would not write for years up to 9999
 */
export function instantIn(key: string): Date {
  const time = new Date(key);
  if (key.length !== 'YYYY-MM-DDTHH:MM:SS.mmmZ'.length || Number.isNaN(time.getTime()) || time.toISOString() !== key)
    throw invalidPageToken();
  return time;
}

/** The id of a row in a position. @throws InvalidNextTokenException */
export function rowIdIn(id: string): string {
  if (!/^\d{1,19}$/.test(id)) throw invalidPageToken();
  return id;
}
