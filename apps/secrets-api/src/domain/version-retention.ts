import { DAY } from '@strongroom/clock';
import type { LockedSecret } from './secret-store.port';

/** How many versions a secret keeps for good. */
export const KEPT_VERSIONS = 100;

/**
 * Deletes the oldest versions without a label that are over 24 hours old, until 100 versions are left. Labelled ones never.
 *
 * Counts only when there is something to prune: a secret that is written all day has thousands of versions, and none of them is old enough.
 */
export async function pruneVersions(locked: LockedSecret, now: Date): Promise<void> {
  if (!(await locked.hasSurplusVersions())) return;
  const deprecated = await locked.oldestDeprecated(new Date(now.getTime() - DAY));
  if (deprecated.length === 0) return;
  const surplus = (await locked.versionCount()) - KEPT_VERSIONS;
  await locked.deleteVersions(deprecated.slice(0, surplus));
}
