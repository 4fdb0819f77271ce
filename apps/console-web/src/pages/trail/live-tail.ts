import { SECOND } from '@strongroom/clock';
import type { Output } from '@strongroom/console-api';
import type { Event as ContractEvent } from '@strongroom/contracts/strongroom/audit/v1/audit';

type Event = Output<ContractEvent>;

/** The newest events of the trail, as far as this page has seen them. */
export interface LiveTail {
  /** Newest first, each once, at most `MAX_EVENTS`. */
  readonly events: readonly Event[];
  /** Of those that came since the tail began: when, and how many. For the rate. */
  readonly arrivals: readonly { at: number; count: number }[];
  /** Came since the tail began. */
  readonly seen: number;
}

export const EMPTY_TAIL: LiveTail = { events: [], arrivals: [], seen: 0 };

const MAX_EVENTS = 500;
/** The rate is that of the last seconds. */
const RATE_WINDOW = 10 * SECOND;

/**
 * Adds what a look at the trail found.
 *
 * @param isFirst what the first look finds was there before, and says nothing about the rate
 */
export function addToTail(tail: LiveTail, found: readonly Event[], now: number, isFirst = false): LiveTail {
  const known = new Set(tail.events.map(({ eventId }) => eventId));
  const fresh = found.filter(({ eventId }) => !known.has(eventId));
  const arrivals = tail.arrivals.filter(({ at }) => at > now - RATE_WINDOW);
  if (fresh.length === 0) return arrivals.length === tail.arrivals.length ? tail : { ...tail, arrivals };
  const events = [...fresh, ...tail.events].sort(newestFirst).slice(0, MAX_EVENTS);
  if (isFirst) return { ...tail, events };
  return { events, arrivals: [...arrivals, { at: now, count: fresh.length }], seen: tail.seen + fresh.length };
}

/** Events a second, over the last ten seconds or since the tail began. */
export function rateOf({ arrivals }: LiveTail, now: number, since: number): number {
  const recent = arrivals.filter(({ at }) => at > now - RATE_WINDOW);
  const span = Math.min(RATE_WINDOW, Math.max(SECOND, now - since));
  return recent.reduce((sum, { count }) => sum + count, 0) / (span / SECOND);
}

/**
 * From when on the next look must ask: times of events are those of the calls, and the trail orders them by when they were
 * recorded, so a call that took long comes late.
 */
export const nextStart = ({ events }: LiveTail, now: number): Date =>
  new Date((events[0]?.eventTime?.getTime() ?? now) - 30 * SECOND);

function newestFirst(one: Event, other: Event): number {
  return one.sequence === other.sequence ? 0 : one.sequence < other.sequence ? 1 : -1;
}
