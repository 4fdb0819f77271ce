import { setTimeout as sleep } from 'node:timers/promises';
import type { ChainedEvent } from './chain';
import { matches, type EventFilter } from './event-filter';
import { requireNoGap } from './gap';
import type { TrailReader } from './trail.port';

const page = 200;
export const pollMs = 200;

export interface FollowOptions {
  /** Shared by all who follow. */
  reader: Pick<TrailReader, 'after' | 'head'>;
  accountId: string;
  filter: EventFilter;
  /** Start after this place; by default with new events. */
  afterSequence?: number;
  signal: AbortSignal;
  /** Called before each read of the trail, about five times a second; throws if the caller may not continue. */
  check: () => Promise<void>;
}

/**
 * The account's events as they enter the trail, oldest first, without an end. A chain has no gaps and only grows, whichever
 * process writes it, so reading what follows the last place misses nothing. The next page is read when the caller has taken this
 * one. Ends with InvalidRequestException where retention has removed what comes next.
 */
export async function* follow({
  reader,
  accountId,
  filter,
  afterSequence,
  signal,
  check,
}: FollowOptions): AsyncGenerator<ChainedEvent> {
  let place = afterSequence ?? (await reader.head(accountId)).sequence;
  while (!signal.aborted) {
    await check();
    // Reads events only if there are new ones.
    const events = (await reader.head(accountId)).sequence > place ? await reader.after(accountId, place, page) : [];
    requireNoGap(accountId, place, events);
    for (const chained of events) {
      place = chained.sequence;
      if (matches(filter, chained.event)) yield chained;
    }
    if (events.length < page) await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}
