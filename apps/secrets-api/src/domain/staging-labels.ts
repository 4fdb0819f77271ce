import { limitExceeded, invalidParameter } from '@strongroom/errors';
import { AWSCURRENT, AWSPENDING, AWSPREVIOUS, type Labels } from './labels';
import { currentStays, labelNotThere, removeFromMissing } from './secret-errors';

/** On all versions of a secret together. A secret that has more, from before this limit, keeps them and gets no others. */
export const MAX_LABELS = 20;

/** The labels of a version, sorted. */
export function labelsOf(labels: Labels, versionId: string): string[] {
  return [...labels].flatMap(([label, holder]) => (holder === versionId ? [label] : [])).sort();
}

/** Every labelled version with its labels. */
export function labelsByVersion(labels: Labels): Map<string, string[]> {
  const versions = new Map<string, string[]>();
  for (const versionId of new Set(labels.values())) versions.set(versionId, labelsOf(labels, versionId));
  return versions;
}

/**
 * Puts labels on a new version. The first version of a secret is always AWSCURRENT: once there is a value, there is a current
 * one.
 *
 * @throws LimitExceededException
 */
export function attachToNewVersion(labels: Labels, versionId: string, wanted: readonly string[]): Labels {
  const stages = labels.has(AWSCURRENT) ? wanted : [AWSCURRENT, ...wanted];
  return attach(labels, versionId, stages);
}

/** Puts labels on a version that exists or is about to. @throws LimitExceededException */
export function attach(labels: Labels, versionId: string, stages: readonly string[]): Labels {
  return withinLimit(labels, place(labels, versionId, stages));
}

export interface LabelMove {
  label: string;
  from?: string;
  to?: string;
}

/**
 * Moves, adds or removes one label. A caller that removes a label from a version must name that version, so if two callers move
 * it at the same time, one learns that the other was first.
 *
 * @throws InvalidParameterException or LimitExceededException
 */
export function moveLabel(labels: Labels, { label, from, to }: LabelMove): Labels {
  if (from === undefined && to === undefined) {
    throw invalidParameter('You must give MoveToVersionId, RemoveFromVersionId, or both.');
  }
  const holder = labels.get(label);
  if (from !== undefined && holder !== from) throw labelNotThere(label, from);
  if (holder !== undefined && holder !== to && from === undefined) throw removeFromMissing(label, holder);
  if (to !== undefined) return attach(labels, to, [label]);
  if (label === AWSCURRENT) throw currentStays();
  const left = new Map(labels);
  left.delete(label);
  return left;
}

/**
 * The version that AWSCURRENT leaves becomes AWSPREVIOUS, and is no longer AWSPENDING: it has already been what a rotation would
 * make it.
 */
function place(labels: Labels, versionId: string, stages: readonly string[]): Labels {
  const placed = new Map(labels);
  for (const label of stages) placed.set(label, versionId);
  const left = labels.get(AWSCURRENT);
  if (stages.includes(AWSCURRENT) && left !== undefined && left !== versionId) {
    placed.set(AWSPREVIOUS, left);
    if (placed.get(AWSPENDING) === left) placed.delete(AWSPENDING);
  }
  return placed;
}

/** @throws LimitExceededException for a change that exceeds the limit, or exceeds it further */
export function withinLimit(before: Labels, after: Labels): Labels {
  if (after.size <= MAX_LABELS || after.size <= before.size) return after;
  throw limitExceeded(
    `The versions of the secret would carry ${after.size} staging labels; a secret must have at most ${MAX_LABELS} on all of its versions together.`,
  );
}

/**
 * The writes that lead from one set of labels to the other; all writes of labels come from here.
 *
 * @throws LimitExceededException
 */
export function labelChanges(before: Labels, after: Labels): { removed: string[]; set: { label: string; versionId: string }[] } {
  withinLimit(before, after);
  return {
    removed: [...before.keys()].filter((label) => !after.has(label)),
    set: [...after]
      .filter(([label, versionId]) => before.get(label) !== versionId)
      .map(([label, versionId]) => ({ label, versionId })),
  };
}
