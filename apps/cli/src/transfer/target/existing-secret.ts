import type { SecretsCalls, SecretVersion } from '@strongroom/client';
import type { ExistingSecret } from '../compare';
import { AWSCURRENT, type SourceSecret, type Value } from '../source';

export const valueOf = ({ secretString, secretBinary }: Pick<SecretVersion, 'secretString' | 'secretBinary'>): Value =>
  secretBinary === undefined ? { secretString: secretString ?? '' } : { secretBinary };

export type CurrentValue = NonNullable<ExistingSecret['current']>;

/** A secret that is scheduled for deletion: no value of it can be read or written. */
export class ScheduledForDeletion extends Error {}

/**
 * The secret as it is here, as far as the source has something to compare it with.
 *
 * @param current its value, where that is known already
 * @throws ResourceNotFoundException, ScheduledForDeletion
 */
export const existingSecret = async (
  secrets: SecretsCalls,
  name: string,
  wanted: Pick<SourceSecret, 'versions' | 'resourcePolicy'>,
  current?: CurrentValue,
): Promise<ExistingSecret> => {
  const described = await secrets.describeSecret({ secretId: name });
  if (described.deletedDate) throw new ScheduledForDeletion();
  const labels = new Map(
    Object.entries(described.versionIdsToStages).flatMap(([versionId, { stages }]) =>
      stages.map((stage) => [stage, versionId] as const),
    ),
  );
  const [versionIds, policy, value] = await Promise.all([
    needsAllVersions(wanted) ? allVersionIds(secrets, name) : new Set(labels.values()),
    wanted.resourcePolicy === undefined ? undefined : secrets.getResourcePolicy({ secretId: name }),
    current ?? (labels.has(AWSCURRENT) ? currentValue(secrets, name) : undefined),
  ]);
  return {
    description: described.description,
    tags: new Map(described.tags.map(({ key, value: tag }) => [key, tag])),
    kmsKeyId: described.kmsKeyId,
    labels,
    versionIds,
    resourcePolicy: policy?.resourcePolicy,
    current: value,
  };
};

const currentValue = async (secrets: SecretsCalls, name: string): Promise<CurrentValue> => {
  const version = await secrets.getSecretValue({ secretId: name });
  return { versionId: version.versionId, value: valueOf(version) };
};

const needsAllVersions = ({ versions }: Pick<SourceSecret, 'versions'>): boolean =>
  versions.some(({ labels }) => labels.length === 0) || versions.length > 1;

const allVersionIds = async (secrets: SecretsCalls, name: string): Promise<Set<string>> => {
  const ids = new Set<string>();
  for await (const { versionId, kmsKeyIds } of secrets.listSecretVersionIds({ secretId: name, includeDeprecated: true })) {
    // The version of a rotation may have no value yet.
    if (kmsKeyIds.length > 0) ids.add(versionId);
  }
  return ids;
};
