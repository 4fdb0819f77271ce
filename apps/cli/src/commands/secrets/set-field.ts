import { ResourceExistsException, ResourceNotFoundException, type StrongroomClient } from '@strongroom/client';
import { withField } from '@strongroom/secret-values';
import { ChangedMeanwhile, replaceCurrent } from './replace-current';
import { requireFields } from './value-text';

export interface FieldChange {
  secretId: string;
  key: string;
  field: string;
}

/** How often a change of one field begins anew when others change the secret at the same time. */
const MAX_ATTEMPTS = 5;

/**
 * Sets one field of a value that is a JSON object. What others change meanwhile stays: the field is then set in their value.
 *
 * @throws ChangedMeanwhile if others are faster time and again
 */
export const setField = async (
  strongroom: StrongroomClient,
  change: FieldChange,
): Promise<{ versionId: string | undefined; created: boolean }> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptSetField(strongroom, change);
    } catch (error) {
      if (!(error instanceof ChangedMeanwhile || error instanceof ResourceExistsException) || attempt === MAX_ATTEMPTS)
        throw error;
    }
  }
};

const attemptSetField = async (strongroom: StrongroomClient, { secretId, key, field }: FieldChange) => {
  const { secrets } = strongroom;
  const current = await secrets.getSecretValue({ secretId }).catch((error: unknown) => {
    if (error instanceof ResourceNotFoundException && !secretId.startsWith('arn:')) return undefined;
    throw error;
  });
  if (current === undefined) return createWithField(strongroom, { secretId, key, field });
  requireFields(secretId, current);
  const secretString = withField(current.secretString!, key, field);
  const versionId = await replaceCurrent(strongroom, { secretId, base: current.versionId, value: { secretString } });
  return { versionId, created: false };
};

/** The secret does not exist, or has no value yet. */
const createWithField = async (strongroom: StrongroomClient, { secretId, key, field }: FieldChange) => {
  const value = { secretString: JSON.stringify(Object.fromEntries([[key, field]])) };
  const exists = await strongroom.secrets.describeSecret({ secretId }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof ResourceNotFoundException) return false;
      throw error;
    },
  );
  if (exists) return { versionId: await replaceCurrent(strongroom, { secretId, base: undefined, value }), created: false };
  return { versionId: (await strongroom.secrets.createSecret({ name: secretId, ...value })).versionId, created: true };
};
