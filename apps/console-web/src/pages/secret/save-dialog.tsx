import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconGitMerge } from '@tabler/icons-react';
import { useState } from 'react';
import { Problem } from '../../components/problem';
import { commonTexts } from '../../texts/common';
import { secretTexts } from '../../texts/secret';
import { ChangeList } from './change-list';
import { ChangedMeanwhile, type NewValue, useSaveValue } from './use-save-value';
import { currentVersion, type Secret, useSecret } from './use-secret';
import { changesOf, type EditorStart } from './value-draft';

const texts = secretTexts.edit;

interface SaveDialogProps {
  secret: Secret;
  base: EditorStart;
  value: NewValue;
  onClose: () => void;
  /** Absent where a person must decide. */
  onMerge: (() => Promise<void>) | undefined;
  onOverwrite: (theirVersion: string | undefined) => void;
  onSaved: () => void;
}

/** Shows which keys change before anything is stored, and what to do if somebody else was faster. */
export function SaveDialog({ secret, base, value, onClose, onMerge, onOverwrite, onSaved }: SaveDialogProps) {
  const { save, isSaving, error, reset } = useSaveValue(secret.arn, onSaved);
  const { refetch } = useSecret(secret.arn);
  const [merging, setMerging] = useState<{ isBusy: boolean; error?: unknown }>({ isBusy: false });
  const changes = value.$case === 'secretString' ? changesOf(base.text, value.value) : [{ key: '', change: 'changed' as const }];
  const isUnread = base.base !== undefined && base.text === undefined;
  const isConflict = error instanceof ChangedMeanwhile;

  const merge = async () => {
    setMerging({ isBusy: true });
    try {
      await onMerge?.();
      setMerging({ isBusy: false });
    } catch (failure) {
      setMerging({ isBusy: false, error: failure });
    }
  };
  const overwrite = async () => {
    const { data } = await refetch();
    onOverwrite(data && currentVersion(data));
    reset();
  };
  return (
    <Modal opened onClose={onClose} title={texts.saveTitle} closeButtonProps={{ 'aria-label': commonTexts.close }} size="lg">
      <Stack gap="md">
        <Text size="sm">{base.base === undefined ? texts.saveFirst : texts.saveText}</Text>
        {isUnread ? <Text size="sm">{texts.unknownChanges}</Text> : <ChangeList changes={changes} label={texts.saveTitle} />}
        {isConflict ? (
          <Alert color="yellow" icon={<IconGitMerge size={18} />} title={texts.conflict.title} role="alert">
            <Stack gap="sm" align="flex-start">
              <Text size="sm">{texts.conflict.text}</Text>
              {onMerge && (
                <>
                  <Text size="sm">{texts.conflict.mergeText}</Text>
                  <Button size="xs" loading={merging.isBusy} onClick={() => void merge()}>
                    {texts.conflict.merge}
                  </Button>
                </>
              )}
              <Button size="xs" variant="default" onClick={() => void overwrite()}>
                {texts.conflict.overwrite}
              </Button>
              <Problem error={merging.error} />
            </Stack>
          </Alert>
        ) : (
          <Problem error={error} />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {commonTexts.cancel}
          </Button>
          {!isConflict && (
            <Button loading={isSaving} onClick={() => save({ value, base: base.base })} data-autofocus>
              {texts.save}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
