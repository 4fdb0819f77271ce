import type { ChainedEvent } from './chain';
import { invalidTimeRange } from './cloudtrail-errors';
import { matches, type EventFilter } from './event-filter';
import { lookupToken, parseLookupToken } from './lookup-token';
import { isNewer, newestFirst, positionOf } from './newest-first';
import type { TrailReader, Within } from './trail.port';

export interface LookupPage {
  events: ChainedEvent[];
  /** Empty on the last page. */
  nextToken: string;
}

export interface LookupQuery {
  accountId: string;
  filter: EventFilter;
  limit: number;
  /** Empty for the first page. */
  token: string;
}

/**
 * The size of a page, in characters of its records, because a message has a limit. A page with a larger event has only that one.
 */
const MAX_PAGE = 2_000_000;

/** One page of past events, newest first. Throws InvalidNextTokenException, InvalidTimeRangeException. */
export const lookup = async (reader: TrailReader, query: LookupQuery, within: Within): Promise<LookupPage> => {
  const { accountId, filter, limit, token } = query;
  if (filter.startTime && filter.endTime && filter.startTime > filter.endTime)
    throw invalidTimeRange('start_time must not be after end_time.');
  const after = token === '' ? undefined : parseLookupToken(accountId, filter, token);
  const wanted = (event: ChainedEvent) => matches(filter, event.event) && (!after || isNewer(after, positionOf(event)));
  const page: ChainedEvent[] = [];
  let size = 0;
  let more = false;
  for await (const event of newestFirst(reader.walk({ accountId, filter, after }, within), wanted)) {
    size += event.record.length;
    more = page.length === limit || (size > MAX_PAGE && page.length > 0);
    if (more) break;
    page.push(event);
  }
  return { events: page, nextToken: more ? lookupToken(accountId, filter, positionOf(page.at(-1)!)) : '' };
};
