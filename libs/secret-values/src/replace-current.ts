import { AWSCURRENT, DRAFT_LABEL } from './labels';

/** A secret whose current value is to be replaced. */
export interface CurrentValue {
  /** The version that the new value follows from; absent if there was none. */
  base: string | undefined;
  /** Stores the new value as a version with this label alone. Resolves with the version's id. */
  put(label: string): Promise<string>;
  /** UpdateSecretVersionStage. */
  moveLabel(move: { versionStage: string; moveToVersionId?: string; removeFromVersionId?: string }): Promise<unknown>;
  /** The version that has AWSCURRENT now. */
  current(): Promise<string | undefined>;
  /** The error for a secret to which somebody else gave another current version meanwhile. */
  changedMeanwhile(): Error;
}

/**
 * Makes a value the current one if `base` still is. The service compares: a label leaves a version only if it is there. So the
 * new version comes without AWSCURRENT, and then AWSCURRENT moves from `base` to it.
 *
 * @returns the version id
 * @throws what `changedMeanwhile` makes
 */
export const replaceCurrent = async (value: CurrentValue): Promise<string> => {
  const { base } = value;
  const versionId = await value.put(DRAFT_LABEL);
  try {
    await value.moveLabel({ versionStage: AWSCURRENT, moveToVersionId: versionId, removeFromVersionId: base });
  } catch (error) {
    const current = await value.current().catch(() => undefined);
    if (current === versionId) return versionId;
    if (current !== undefined && current !== base) throw value.changedMeanwhile();
    throw error;
  } finally {
    // Whoever has taken it for another version meanwhile keeps it.
    await value.moveLabel({ versionStage: DRAFT_LABEL, removeFromVersionId: versionId }).catch(() => undefined);
  }
  return versionId;
};
