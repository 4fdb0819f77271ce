import { setTimeout as sleep } from 'node:timers/promises';
import type { ChainedEvent } from './chain';
import type { TrailReader, TrailStore } from './trail.port';

/** Events of one account that are handed over together, or somewhat more. */
const PAGE = 256;
/** The time from one look at the ends of the chains to the next, milliseconds. Events enter the trail once a second. */
const POLL_MS = 500;

export interface Batch {
  accountId: string;
  events: ChainedEvent[];
}

/**
 * The events of every account as they enter the trail, without an end. Chains have no gaps and only grow, so reading what follows
 * the last place of each account misses nothing. Accounts take turns, a page each, so a long trail holds up no short one.
 */
export async function* feed(
  reader: Pick<TrailReader, 'after'> & Pick<TrailStore, 'heads'>,
  after: ReadonlyMap<string, number>,
  signal: AbortSignal,
): AsyncGenerator<Batch> {
  const places = new Map(after);
  while (!signal.aborted) {
    const heads = await reader.heads();
    let behind = heads.filter(({ accountId, sequence }) => sequence > (places.get(accountId) ?? 0));
    while (behind.length > 0 && !signal.aborted) {
      for (const { accountId } of behind) {
        const events = await reader.after(accountId, places.get(accountId) ?? 0, PAGE);
        const last = events.at(-1);
        if (!last) continue;
        places.set(accountId, last.sequence);
        yield { accountId, events };
      }
      behind = behind.filter(({ accountId, sequence }) => sequence > (places.get(accountId) ?? 0));
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}
