import { limitExceeded, invalidParameter } from '@strongroom/errors';
import { AWSCURRENT, AWSPREVIOUS, type Labels } from './secret';
import { currentStays, labelNotThere, removeFromMissing } from './secret-errors';

export const MAX_LABELS_PER_VERSION = 20;

/** The labels a version carries, sorted. */
export const labelsOf = (labels: Labels, versionId: string): string[] =>
  [...labels].flatMap(([label, holder]) => (holder === versionId ? [label] : [])).sort();

/** Every labelled version with its labels. */
export function labelsByVersion(labels: Labels): Map<string, string[]> {
  const versions = new Map<string, string[]>();
  for (const versionId of new Set(labels.values())) versions.set(versionId, labelsOf(labels, versionId));
  return versions;
}

/**
 * Puts labels on a new version. The first version of a secret is AWSCURRENT whatever was asked for: once there is a value,
 * there is a current one. Throws LimitExceededException past 20 labels on a version.
 */
export function attachToNewVersion(labels: Labels, versionId: string, wanted: readonly string[]): Labels {
  const stages = labels.has(AWSCURRENT) ? wanted : [AWSCURRENT, ...wanted];
  return withinLimit(place(labels, versionId, stages));
}

export interface LabelMove {
  label: string;
  from?: string;
  to?: string;
}

/**
 * Moves, adds or removes one label. Whoever takes a label from a version must name that version: so of two who move it at
 * the same moment, one learns that the other was first. Throws InvalidParameterException or LimitExceededException.
 */
export function moveLabel(labels: Labels, { label, from, to }: LabelMove): Labels {
  if (from === undefined && to === undefined) {
    throw invalidParameter('You must give MoveToVersionId, RemoveFromVersionId, or both.');
  }
  const holder = labels.get(label);
  if (from !== undefined && holder !== from) throw labelNotThere(label, from);
  if (holder !== undefined && holder !== to && from === undefined) throw removeFromMissing(label, holder);
  if (to !== undefined) return withinLimit(place(labels, to, [label]));
  if (label === AWSCURRENT) throw currentStays();
  const left = new Map(labels);
  left.delete(label);
  return left;
}

/** What AWSCURRENT leaves becomes AWSPREVIOUS. */
function place(labels: Labels, versionId: string, stages: readonly string[]): Labels {
  const placed = new Map(labels);
  for (const label of stages) placed.set(label, versionId);
  const left = labels.get(AWSCURRENT);
  if (stages.includes(AWSCURRENT) && left !== undefined && left !== versionId) placed.set(AWSPREVIOUS, left);
  return placed;
}

function withinLimit(labels: Labels): Labels {
  for (const [versionId, carried] of labelsByVersion(labels)) {
    if (carried.length > MAX_LABELS_PER_VERSION) {
      throw limitExceeded(
        `Version ${versionId} would carry ${carried.length} staging labels; at most ${MAX_LABELS_PER_VERSION} are allowed.`,
      );
    }
  }
  return labels;
}

/** What has to be written to get from one to the other. */
export function labelChanges(before: Labels, after: Labels): { removed: string[]; set: { label: string; versionId: string }[] } {
  return {
    removed: [...before.keys()].filter((label) => !after.has(label)),
    set: [...after]
      .filter(([label, versionId]) => before.get(label) !== versionId)
      .map(([label, versionId]) => ({ label, versionId })),
  };
}
