import { DAY } from '@strongroom/clock';
import type { LockedSecret } from './secret-store.port';

const KEPT_VERSIONS = 100;

/**
 * Deletes the oldest versions without a label that are over 24 hours old, until 100 versions are left. Labelled ones never.
 *
 * Looks for what could go before it counts: a secret that is written all day has thousands of versions, and none of them to prune.
 */
export async function pruneVersions(locked: LockedSecret, now: Date): Promise<void> {
  const deprecated = await locked.oldestDeprecated(new Date(now.getTime() - DAY));
  if (deprecated.length === 0) return;
  const surplus = (await locked.versionCount()) - KEPT_VERSIONS;
  if (surplus > 0) await locked.deleteVersions(deprecated.slice(0, surplus));
}
