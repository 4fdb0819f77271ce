import { DAY } from '@strongroom/clock';
import type { Labels } from './secret';

const KEPT_VERSIONS = 100;

/**
 * Which versions go: the oldest without a label that are over 24 hours old, until 100 are left. Labelled ones never.
 */
export function versionsToPrune(
  versions: readonly { versionId: string; createdAt: Date }[],
  labels: Labels,
  now: Date,
): string[] {
  const surplus = versions.length - KEPT_VERSIONS;
  if (surplus <= 0) return [];
  const labelled = new Set(labels.values());
  return versions
    .filter(({ versionId, createdAt }) => !labelled.has(versionId) && now.getTime() - createdAt.getTime() > DAY)
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
    .slice(0, surplus)
    .map(({ versionId }) => versionId);
}
