import type { PlainValue, StrongroomClient } from '@strongroom/client';
import { CliError } from '../../cli-error';
import { EXIT } from '../../exit-code';

export const AWSCURRENT = 'AWSCURRENT';
export const AWSPREVIOUS = 'AWSPREVIOUS';

/** Of a new version until it is the current one. A command that was killed leaves it there; the next one takes it away. */
export const DRAFT_LABEL = 'strongroom-draft';

/** Somebody else made another version the current one. */
export class ChangedMeanwhile extends CliError {
  constructor(secretId: string) {
    super(`${secretId} has changed meanwhile. Nothing of yours was stored as its current value.`, { exitCode: EXIT.conflict });
  }
}

export interface Replacement {
  secretId: string;
  /** The version that the new value follows from; absent if there was none. */
  base: string | undefined;
  value: PlainValue;
}

/**
 * Makes a value the current one if `base` still is. The service compares: a label leaves a version only if it is there. So the
 * new version comes without AWSCURRENT, and then AWSCURRENT moves from `base` to it.
 *
 * @returns the version id
 * @throws ChangedMeanwhile
 */
export const replaceCurrent = async (strongroom: StrongroomClient, { secretId, base, value }: Replacement): Promise<string> => {
  const { secrets } = strongroom;
  const { versionId } = await secrets.putSecretValue({ secretId, ...value, versionStages: [DRAFT_LABEL] });
  const move = { secretId, versionStage: AWSCURRENT, moveToVersionId: versionId, removeFromVersionId: base };
  try {
    await secrets.updateSecretVersionStage(move);
  } catch (error) {
    const current = await currentVersion(strongroom, secretId).catch(() => undefined);
    if (current === versionId) return versionId;
    if (current !== undefined && current !== base) throw new ChangedMeanwhile(secretId);
    throw error;
  } finally {
    // Whoever has taken it for another version meanwhile keeps it.
    await secrets
      .updateSecretVersionStage({ secretId, versionStage: DRAFT_LABEL, removeFromVersionId: versionId })
      .catch(() => undefined);
  }
  return versionId;
};

const currentVersion = async ({ secrets }: StrongroomClient, secretId: string): Promise<string | undefined> =>
  versionWith(await secrets.describeSecret({ secretId }), AWSCURRENT);

/** The version that has a label. */
export const versionWith = (
  { versionIdsToStages }: { versionIdsToStages: Readonly<Record<string, { stages: string[] }>> },
  label: string,
): string | undefined => Object.entries(versionIdsToStages).find(([, { stages }]) => stages.includes(label))?.[0];
