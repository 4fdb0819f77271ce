import { backoff, randomInteger, type RandomSource } from '@strongroom/random';
import type { CachedSecret } from './cached-secret';
import type { CacheLimits } from './cache-options';

/**
 * Push says nothing of the keys under which values are encrypted. So a value is fetched again after an hour although nothing has
 * been heard of it: then it is gone if its key may be used no more.
 */
export const MAX_UNASKED_MS = 3_600_000;
/** So many clients that hear of a change do not ask at the same moment. Milliseconds. */
const SPREAD_MS = 250;
/** Nobody is asked more often than this without need. Milliseconds. */
const MIN_INTERVAL_MS = 1_000;
const RETRIES = { first: 1_000, longest: 30_000 };

/** Whether it should be kept up to date although nobody asks for it at this moment. */
function isWanted({ listeners, isUsed, hasValue }: CachedSecret, { maxAgeMs }: CacheLimits): boolean {
  return listeners.size > 0 || (isUsed && hasValue && maxAgeMs >= MIN_INTERVAL_MS);
}

/** The first moment at which a value is too old for any answer; milliseconds on the cache's clock. */
export function endOf(entry: CachedSecret, { maxAgeMs, graceMs }: CacheLimits): number {
  if (!entry.hasValue) return entry.askedAt + MAX_UNASKED_MS;
  if (entry.watch?.isLive && !entry.isOutdated) return entry.askedAt + Math.max(maxAgeMs, MAX_UNASKED_MS) + graceMs + 1;
  return entry.currentAt + maxAgeMs + graceMs + 1;
}

/** When to ask again after fetches that got no answer; milliseconds on the cache's clock. */
export const retryAt = ({ failures, failedAt }: CachedSecret, random: RandomSource): number =>
  failures > 0 ? failedAt + backoff(failures - 1, RETRIES, random) : -Infinity;

/** When to fetch it in the background; milliseconds on the cache's clock; Infinity: nobody wants it. */
export function nextFetch(
  entry: CachedSecret,
  limits: CacheLimits,
  { now, random }: { now: number; random: RandomSource },
): number {
  if (!isWanted(entry, limits)) return Infinity;
  const notBefore = retryAt(entry, random);
  if (entry.isOutdated) return Math.max(now + randomInteger(random, SPREAD_MS), notBefore);
  // Before it is too old, so that reads stay quick; some sooner and some later, so that many clients do not ask together.
  const portion = 0.75 + randomInteger(random, 1_000) / 5_000;
  const isLive = entry.watch?.isLive === true;
  const span = isLive ? Math.max(limits.maxAgeMs, MAX_UNASKED_MS) : limits.maxAgeMs;
  const since = isLive || !entry.hasValue ? entry.askedAt : entry.currentAt;
  return Math.max(since + span * portion, entry.askedAt + MIN_INTERVAL_MS, notBefore);
}
