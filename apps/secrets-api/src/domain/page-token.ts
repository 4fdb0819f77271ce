import { readNextToken, unknownToken, writeNextToken } from '@strongroom/field-rules';

/** The end of a page: the sort key and the tie-breaker of its last item. */
export interface PagePosition {
  /** A name, a time in ISO 8601, or a version id. */
  key: string;
  id: string;
}

/** A next_token that holds a position, and a digest of its request. */
export function writePageToken({ key, id }: PagePosition, question: string): string {
  return writeNextToken([key, id], question);
}

/** Undefined for '', the first page. @throws InvalidNextTokenException */
export function readPageToken(token: string, question: string): PagePosition | undefined {
  const [key, id] = readNextToken(token, question, 2) ?? [];
  return key === undefined || id === undefined ? undefined : { key, id };
}

/**
 * The time in a position's key.
 *
 * @throws InvalidNextTokenException for text that `toISOString` would not write for years up to 9999
 */
export function instantIn(key: string): Date {
  const time = new Date(key);
  if (key.length !== 'YYYY-MM-DDTHH:MM:SS.mmmZ'.length || Number.isNaN(time.getTime()) || time.toISOString() !== key)
    throw unknownToken();
  return time;
}

/** The id of a row in a position. @throws InvalidNextTokenException */
export function rowIdIn(id: string): string {
  if (!/^\d{1,19}$/.test(id)) throw unknownToken();
  return id;
}
