import { type Clock, DAY, HOUR, MINUTE } from '@strongroom/clock';
import type { FeedTimer } from './change-feed';

export interface Expiring {
  /** Removes at most `limit` sessions that expired before `instant`; returns how many. */
  purgeSessions(instant: Date, limit: number): Promise<number>;
  /**
   * Removes at most `limit` links and used challenges that expired, and counts of guesses that are 0, before `instant`; returns
   * how many at most.
   */
  purgeSignIns(instant: Date, limit: number): Promise<number>;
  /** Removes at most `limit` networks that users have not come from since `instant`; returns how many. */
  purgeNetworks(instant: Date, limit: number): Promise<number>;
  /** Removes at most `limit` entries of the change log from before `instant`; returns how many. */
  purgeChanges(instant: Date, limit: number): Promise<number>;
}

const BATCH = 1_000;
/** Longer than any reader of the log is behind. A slower reader notices that entries are missing, and drops everything. */
const CHANGES_KEPT = HOUR;
const NETWORKS_KEPT = 90 * DAY;

/** Removes unusable data, in batches small enough not to delay others. */
export async function purgeExpired(store: Expiring, clock: Clock): Promise<number> {
  const now = clock.millis();
  const drain = async (purge: (limit: number) => Promise<number>) => {
    let removed = 0;
    for (let last = BATCH; last === BATCH; removed += last) last = await purge(BATCH);
    return removed;
  };
  const sessions = await drain((limit) => store.purgeSessions(new Date(now), limit));
  await drain((limit) => store.purgeSignIns(new Date(now), limit));
  await drain((limit) => store.purgeNetworks(new Date(now - NETWORKS_KEPT), limit));
  await drain((limit) => store.purgeChanges(new Date(now - CHANGES_KEPT), limit));
  return sessions;
}

/**
 * Purges once a minute until the returned function is called. Calls `failed` with the error of a failed purge; the next one is
 * tried.
 */
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
