import { type Clock, HOUR, MINUTE } from '@strongroom/clock';
import type { FeedTimer } from './change-feed';

export interface Expiring {
  /** Removes sessions that expired before `instant`, `limit` at the most; how many it removed. */
  purgeSessions(instant: Date, limit: number): Promise<number>;
  /** Removes entries of the change log from before `instant`, `limit` at the most; how many it removed. */
  purgeChanges(instant: Date, limit: number): Promise<number>;
}

const BATCH = 1_000;
/** Longer than any reader of the log is behind; one that is misses entries, sees it, and forgets everything. */
const CHANGES_KEPT = HOUR;

/** Removes what nobody can use any more, in batches small enough to be in nobody's way. */
export async function purgeExpired(store: Expiring, clock: Clock): Promise<number> {
  const now = clock.millis();
  const drain = async (purge: (limit: number) => Promise<number>) => {
    let removed = 0;
    for (let last = BATCH; last === BATCH; removed += last) last = await purge(BATCH);
    return removed;
  };
  const sessions = await drain((limit) => store.purgeSessions(new Date(now), limit));
  await drain((limit) => store.purgeChanges(new Date(now - CHANGES_KEPT), limit));
  return sessions;
}

/** Purges every minute until the returned function is called. `failed` hears of a purge that did not work; the next one is tried. */
export function purgeRegularly(store: Expiring, clock: Clock, timer: FeedTimer, failed: (error: unknown) => void): () => void {
  let stopped = false;
  let cancel: () => void = () => undefined;
  const again = () => {
    if (stopped) return;
    cancel = timer.after(MINUTE, () => void purgeExpired(store, clock).catch(failed).finally(again));
  };
  again();
  return () => {
    stopped = true;
    cancel();
  };
}
