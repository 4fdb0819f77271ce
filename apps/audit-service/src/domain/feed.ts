import { setTimeout as sleep } from 'node:timers/promises';
import { MINUTE, type Clock } from '@strongroom/clock';
import { isDomainError } from '@strongroom/errors';
import type { ChainedEvent } from './chain';
import type { TrailReader, TrailStore } from './trail.port';

/** Events of one account that are handed over together, or somewhat more. */
const PAGE = 256;
/** The time from one look at the ends of the chains to the next, milliseconds. Events enter the trail once a second. */
export const FEED_POLL_MS = 500;
/** An account whose events cannot be read is tried again after this. */
const RETRY_MS = MINUTE;

export interface Batch {
  accountId: string;
  events: ChainedEvent[];
}

export interface FeedOptions {
  /** Shared by all who follow. */
  reader: Pick<TrailReader, 'after' | 'lastBlocks'> & Pick<TrailStore, 'heads'>;
  /** By account: the place of the last event that the consumer has handled. */
  after: ReadonlyMap<string, number>;
  signal: AbortSignal;
  clock: Clock;
  /** Told of an account with a damaged block. The others go on without it. */
  unreadable: (accountId: string, error: Error) => void;
  /** Waits for the next look. */
  pause?: (signal: AbortSignal) => Promise<void>;
}

/**
 * The events of every account as they enter the trail, without an end. Chains have no gaps and only grow, so reading what follows
 * the last place of each account misses nothing. Accounts take turns, a page each, so a long trail holds up no short one. Where
 * retention has removed the next events, those that are left follow: by their sequences the consumer sees how many are gone.
 */
export async function* feed({ reader, after, signal, clock, unreadable, pause = untilPoll }: FeedOptions): AsyncGenerator<Batch> {
  const places = new Map(after);
  /** By account: when an unreadable one is tried again. */
  const asideUntil = new Map<string, number>();
  const isBehind = ([accountId, place]: readonly [string, number]) =>
    place > (places.get(accountId) ?? 0) && clock.millis() >= (asideUntil.get(accountId) ?? 0);
  // The consumer may have stopped within a block. From then on blocks are handed over as a whole, and looking for new ones is
  // cheaper than looking for new events.
  let ends: readonly (readonly [string, number])[] = (await reader.heads()).map(({ accountId, sequence }) => [
    accountId,
    sequence,
  ]);
  while (!signal.aborted) {
    for (let behind = ends.filter(isBehind); behind.length > 0 && !signal.aborted; behind = behind.filter(isBehind)) {
      for (const [accountId] of behind) {
        const place = places.get(accountId) ?? 0;
        const events = await reader.after(accountId, place, PAGE).catch((error: unknown) => {
          // A damaged block.
          if (!isDomainError(error) || error.kind !== 'internal') throw error;
          unreadable(accountId, error);
          return [];
        });
        const last = events.at(-1);
        if (last) places.set(accountId, last.sequence);
        else asideUntil.set(accountId, clock.millis() + RETRY_MS);
        if (last) yield { accountId, events };
      }
    }
    await pause(signal);
    if (!signal.aborted) ends = [...(await reader.lastBlocks())];
  }
}

const untilPoll = (signal: AbortSignal): Promise<void> => sleep(FEED_POLL_MS, undefined, { signal }).catch(() => undefined);
