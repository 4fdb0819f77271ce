import { NumberInput, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../app/api';
import { ConfirmByName } from '../../components/confirm-by-name';
import { Problem } from '../../components/problem';
import { useAction } from '../../components/use-action';
import { keysTexts } from '../../texts/keys';

const texts = keysTexts.deletion;
const DAYS = { min: 7, max: 30 };

interface KeyDeletionProps {
  keyId: string;
  name: string;
  opened: boolean;
  onClose: () => void;
}

/** Schedules the deletion of a key, once the person has seen what would be lost. */
export function KeyDeletion({ keyId, name, opened, onClose }: KeyDeletionProps) {
  const [days, setDays] = useState<number>(DAYS.max);
  const dependents = useQuery(api.keyDependents.describeKeyDependents.queryOptions({ keyId }, { enabled: opened, staleTime: 0 }));
  const schedule = useAction(api.keys.scheduleKeyDeletion.mutationOptions(), {
    ...{ showsError: true, done: texts.done, invalidates: [api.keys.pathFilter()], onDone: onClose },
  });
  const { secretCount = 0n, versionCount = 0n } = dependents.data ?? {};
  const words = keysTexts.dependents;
  return (
    <ConfirmByName
      opened={opened}
      onClose={onClose}
      title={texts.title}
      name={name}
      action={texts.action}
      isRunning={schedule.isRunning}
      error={schedule.error}
      onConfirm={() => schedule.run({ keyId, pendingWindowInDays: days })}
    >
      <Stack gap="sm">
        <Text>{texts.warning}</Text>
        {dependents.isPending && <Text c="dimmed">{texts.looking}</Text>}
        <Problem error={dependents.error} onRetry={() => void dependents.refetch()} />
        {dependents.data &&
          (Number(versionCount) > 0 ? (
            <Text fw={600} c="red">
              {words.lost(words.secretCount(secretCount), words.versionCount(versionCount))}
            </Text>
          ) : (
            <Text>{texts.nothing}</Text>
          ))}
        <NumberInput
          label={texts.days}
          {...DAYS}
          allowDecimal={false}
          value={days}
          onChange={(value) => setDays(Number(value) || DAYS.max)}
        />
      </Stack>
    </ConfirmByName>
  );
}
