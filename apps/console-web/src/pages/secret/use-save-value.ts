import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { AWSCURRENT, replaceCurrent, versionWith } from '@strongroom/secret-values';
import { api, client } from '../../app/api';
import { secretTexts } from '../../texts/secret';

/** A new value, as a text or as bytes. */
export type NewValue = { $case: 'secretString'; value: string } | { $case: 'secretBinary'; value: Uint8Array };

/** Somebody else stored another version while this one was written. */
export class ChangedMeanwhile extends Error {
  override readonly name = 'ChangedMeanwhile';
}

/** Saves a value as the current version, unless another version than `base` has become that meanwhile. */
export function useSaveValue(secretId: string, onSaved: () => void) {
  const queryClient = useQueryClient();
  const { mutate, isPending, error, reset } = useMutation<string, Error, { value: NewValue; base: string | undefined }>({
    mutationFn: ({ value, base }) => {
      const clientRequestToken = crypto.randomUUID();
      return replaceCurrent({
        base,
        put: async (label) => {
          const { versionId } = await client.secrets.putSecretValue.mutate({
            secretId,
            clientRequestToken,
            value: { value },
            versionStages: [label],
          });
          return versionId;
        },
        moveLabel: (move) => client.secrets.updateSecretVersionStage.mutate({ secretId, ...move }),
        current: async () => versionWith(await client.secrets.describeSecret.query({ secretId }), AWSCURRENT),
        changedMeanwhile: () => new ChangedMeanwhile(secretTexts.edit.conflict.title),
      });
    },
    // What was written stays in nobody's memory.
    gcTime: 0,
    onSuccess: async () => {
      notifications.show({ message: secretTexts.edit.saved });
      onSaved();
      await queryClient.invalidateQueries(api.secrets.pathFilter());
    },
  });
  return { save: mutate, isSaving: isPending, error, reset };
}
