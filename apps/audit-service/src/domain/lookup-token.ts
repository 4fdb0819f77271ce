import { invalidNextToken } from '@strongroom/errors';
import type { EventFilter } from './event-filter';
import { digest } from './hashing/digest';

/** The last event of a page. The next page has events before it in time, or at the same time and before it in the chain. */
export interface LookupPosition {
  /** Epoch milliseconds. */
  time: number;
  sequence: number;
}

const version = 1;

/** A token is valid for its own account and filter: with others it would silently skip events. */
const purpose = (accountId: string, filter: EventFilter): string =>
  digest(JSON.stringify([accountId, ...Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1))]));

export const lookupToken = (accountId: string, filter: EventFilter, { time, sequence }: LookupPosition): string =>
  Buffer.from(JSON.stringify([version, time, sequence, purpose(accountId, filter)])).toString('base64url');

/** Throws InvalidNextTokenException for text that `lookupToken` did not make for this account and filter. */
export const parseLookupToken = (accountId: string, filter: EventFilter, token: string): LookupPosition => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    throw refused();
  }
  if (!Array.isArray(parsed)) throw refused();
  const [, time, sequence] = parsed as unknown[];
  if (!Number.isSafeInteger(time) || !Number.isSafeInteger(sequence)) throw refused();
  const position = { time: time as number, sequence: sequence as number };
  if (Math.abs(position.time) > MAX_TIME || position.sequence < 1) throw refused();
  if (lookupToken(accountId, filter, position) !== token) throw refused();
  return position;
};

/** The last instant that the database can hold. */
const MAX_TIME = Date.UTC(9999, 11, 31);

const refused = () => invalidNextToken('next_token must come from the previous page, with the same filter.');
