import type { ChainedEvent } from './chain';
import { invalidTimeRange } from './cloudtrail-errors';
import { matches, type EventFilter } from './event-filter';
import { lookupToken, parseLookupToken } from './lookup-token';
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

/** Of one page, in characters of its records: a message has its limit. A page with a larger event has that one alone. */
const maxPage = 2_000_000;

/** One page of past events, newest first. Throws InvalidNextTokenException, InvalidTimeRangeException. */
export const lookup = async (reader: TrailReader, query: LookupQuery, within: Within): Promise<LookupPage> => {
  const { accountId, filter, limit, token } = query;
  if (filter.startTime && filter.endTime && filter.startTime > filter.endTime)
    throw invalidTimeRange('start_time must not be after end_time.');
  const after = token === '' ? undefined : parseLookupToken(accountId, filter, token);
  const found = await reader.lookup({ accountId, filter, after, limit: limit + 1 }, within);
  const page = fitting(found.slice(0, limit));
  const last = page.at(-1);
  const position = last && { time: last.event.eventTime.getTime(), sequence: last.sequence };
  return {
    // The database compares less strictly: it cuts long texts, and overlooks spaces at an end.
    events: page.filter(({ event }) => matches(filter, event)),
    nextToken: position && found.length > page.length ? lookupToken(accountId, filter, position) : '',
  };
};

const fitting = (events: ChainedEvent[]): ChainedEvent[] => {
  let size = 0;
  const end = events.findIndex((event, index) => (size += event.record.length) > maxPage && index > 0);
  return end < 0 ? events : events.slice(0, end);
};
