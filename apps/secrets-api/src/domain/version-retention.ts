import { DAY } from '@strongroom/clock';
import { limitExceeded } from '@strongroom/errors';
import type { Fullness, LockedSecret } from './secret-store.port';

/** The number of versions that a secret keeps for good. */
export const KEPT_VERSIONS = 100;
/** The most versions of a secret: as many as one transaction can delete together with it. */
export const MAX_VERSIONS = 10_000;

/**
 * Must be called before a version is added.
 *
 * @throws LimitExceededException if the secret is full and none of its versions can be pruned
 */
export async function requireRoom(locked: LockedSecret, now: Date): Promise<Fullness> {
  const fullness = await locked.fullness();
  if (fullness === 'full' && (await deprecated(locked, now)).length === 0) {
    throw limitExceeded(
      `The secret has ${MAX_VERSIONS} versions, the most that it may have, and none of them can be removed: each has a label or is less than 24 hours old.`,
    );
  }
  return fullness;
}

/**
 * Deletes the oldest versions without a label that are over 24 hours old, until 100 versions remain. Never deletes labelled ones.
 * Counts only if there is something to prune: a secret that is written all day has thousands of versions, none of them old
 * enough.
 */
export async function pruneVersions(locked: LockedSecret, now: Date, fullness?: Fullness): Promise<void> {
  if ((fullness ?? (await locked.fullness())) === 'few') return;
  const old = await deprecated(locked, now);
  if (old.length === 0) return;
  const surplus = (await locked.versionCount()) - KEPT_VERSIONS;
  await locked.deleteVersions(old.slice(0, Math.max(0, surplus)));
}

const deprecated = (locked: LockedSecret, now: Date): Promise<string[]> => locked.oldestDeprecated(new Date(now.getTime() - DAY));
