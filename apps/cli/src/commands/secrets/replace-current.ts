import { AWSCURRENT, replaceCurrent as replace, versionWith } from '@strongroom/secret-values';
import type { PlainValue, StrongroomClient } from '@strongroom/client';
import { CliError } from '../../cli-error';
import { EXIT } from '../../exit-code';

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
 * Makes a value the current one if `base` still is.
 *
 * @returns the version id
 * @throws ChangedMeanwhile
 */
export const replaceCurrent = ({ secrets }: StrongroomClient, { secretId, base, value }: Replacement): Promise<string> =>
  replace({
    base,
    put: async (label) => (await secrets.putSecretValue({ secretId, ...value, versionStages: [label] })).versionId,
    moveLabel: (move) => secrets.updateSecretVersionStage({ secretId, ...move }),
    current: async () => versionWith(await secrets.describeSecret({ secretId }), AWSCURRENT),
    changedMeanwhile: () => new ChangedMeanwhile(secretId),
  });
