import { AWSCURRENT, currentOf, sameValue, type SourceSecret, type Value } from './source';
import type { VersionIds } from './version-ids';

/** Holds a version while it has no label that stays; no secret keeps it. */
export const WHILE_IMPORTING = 'strongroom:importing';

/** A secret as it is here. */
export interface ExistingSecret {
  readonly description: string;
  readonly tags: ReadonlyMap<string, string>;
  /** The ARN of the customer key; undefined for the default key. */
  readonly kmsKeyId?: string;
  /** The version that has each label. */
  readonly labels: ReadonlyMap<string, string>;
  /** All versions, where it matters whether there are some without a label; else those with one. */
  readonly versionIds: ReadonlySet<string>;
  readonly resourcePolicy?: string;
  readonly current?: { readonly versionId: string; readonly value: Value };
}

export interface Difference {
  /** What differs, such as "value". */
  readonly what: string;
  /** Nothing is here that would be replaced, only something missing. */
  readonly missing: boolean;
}

/**
 * How a secret here differs from that of the source. Counts only what the source knows: tags and labels that are here alone are
 * no difference.
 *
 * @param kmsKeyId the ARN of the key that it is to have, null for the default key; undefined: whichever it has
 */
export const differences = (
  secret: SourceSecret,
  kmsKeyId: string | null | undefined,
  existing: ExistingSecret,
  ids: VersionIds,
): Difference[] => {
  const found: Difference[] = [];
  const differs = (what: string, missing = false) => found.push({ what, missing });
  const current = currentOf(secret);
  const { description, tags, resourcePolicy } = secret;
  if (current && !existing.current) differs('value', true);
  else if (current && !sameValue(current.value, existing.current!.value)) differs('value');
  const others = secret.versions.filter((version) => version !== current && !existing.versionIds.has(ids.of(version)));
  if (others.length > 0) differs(`${others.length} ${others.length === 1 ? 'version' : 'versions'}`, true);
  const labels = differingLabels(secret, existing, ids);
  if (labels.length > 0)
    differs(
      `labels ${labels.join(', ')}`,
      labels.every((label) => !existing.labels.has(label)),
    );
  if (existing.labels.has(WHILE_IMPORTING)) differs('a label of an interrupted import', true);
  if (description !== undefined && description !== existing.description) differs('description');
  if (tags && [...tags].some(([key, value]) => existing.tags.get(key) !== value)) differs('tags');
  if (kmsKeyId !== undefined && (kmsKeyId ?? undefined) !== existing.kmsKeyId) differs('key');
  if (resourcePolicy !== undefined && !samePolicy(resourcePolicy, existing.resourcePolicy)) {
    differs('resource policy', existing.resourcePolicy === undefined);
  }
  return found;
};

/** Of the current version as it is here, and of the others by their ids. */
const differingLabels = (secret: SourceSecret, { labels, current: ours }: ExistingSecret, ids: VersionIds): string[] =>
  secret.versions.flatMap((version) => {
    const isCurrent = version.labels.includes(AWSCURRENT);
    // A value that differs takes its labels with it.
    if (isCurrent && !(ours && sameValue(ours.value, version.value))) return [];
    const holder = isCurrent ? ours!.versionId : ids.of(version);
    return version.labels.filter((label) => labels.get(label) !== holder);
  });

/** The same text, or the same document in another layout. */
const samePolicy = (one: string, other: string | undefined): boolean => {
  if (one === other || other === undefined) return one === other;
  try {
    return JSON.stringify(JSON.parse(one)) === JSON.stringify(JSON.parse(other));
  } catch {
    return false;
  }
};
