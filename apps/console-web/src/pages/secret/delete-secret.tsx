import { List, Skeleton, Slider, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { api } from '../../app/api';
import { ArnLink } from '../../components/arn-link';
import { ConfirmByName } from '../../components/confirm-by-name';
import { Problem } from '../../components/problem';
import { relativeTime } from '../../components/moment-words';
import { useAction } from '../../components/use-action';
import { secretTexts } from '../../texts/secret';
import { serviceName } from './readers';
import type { SecretTabProps } from './use-secret';
import { useReaders } from './use-reads';

const texts = secretTexts.delete;
const MIN_DAYS = 7;
const MAX_DAYS = 30;
/** Readers that the dialog names. */
const MAX_NAMED = 5;

interface DeleteSecretProps extends SecretTabProps {
  opened: boolean;
  onClose: () => void;
}

/** Asks before a secret is deleted, and says who would miss it. */
export function DeleteSecret({ secret, opened, onClose }: DeleteSecretProps) {
  const [days, setDays] = useState(MAX_DAYS);
  const navigate = useNavigate();
  const label = useId();
  const { run, isRunning, error } = useAction(api.secrets.deleteSecret.mutationOptions(), {
    done: texts.done(secret.name),
    invalidates: [api.secrets.pathFilter(), api.secret.pathFilter()],
    onDone: () => {
      onClose();
      void navigate({ to: '.', search: {} as never });
    },
    showsError: true,
  });
  return (
    <ConfirmByName
      opened={opened}
      onClose={onClose}
      title={texts.title}
      name={secret.name}
      action={texts.action}
      onConfirm={() => run({ secretId: secret.arn, recoveryWindowInDays: days })}
      isRunning={isRunning}
      error={error}
    >
      <Stack gap="md">
        <WhatBreaks secret={secret} />
        <div>
          <Text size="sm" fw={550} id={label} mb={4}>
            {texts.window} {texts.days(days)}
          </Text>
          <Slider
            min={MIN_DAYS}
            max={MAX_DAYS}
            value={days}
            onChange={setDays}
            label={null}
            thumbLabel={texts.window}
            marks={[
              { value: MIN_DAYS, label: texts.days(MIN_DAYS) },
              { value: MAX_DAYS, label: texts.days(MAX_DAYS) },
            ]}
            mb="lg"
            mx="md"
          />
        </div>
      </Stack>
    </ConfirmByName>
  );
}

function WhatBreaks({ secret }: SecretTabProps) {
  const { data, error } = useReaders(secret.arn);
  const readers = data?.readers.filter(({ count }) => count > 0);
  const now = new Date();
  return (
    <Stack gap="xs">
      <Text fw={600} size="sm">
        {texts.breaks}
      </Text>
      {error && (
        <>
          <Text size="sm">{texts.unknownReaders}</Text>
          <Problem error={error} />
        </>
      )}
      {!error && !readers && <Skeleton height={48} role="status" aria-label={texts.looking} />}
      {readers?.length === 0 && <Text size="sm">{texts.nobody}</Text>}
      {readers && readers.length > 0 && (
        <>
          <Text size="sm">{texts.readers(readers.length)}</Text>
          <List size="sm" spacing={2}>
            {readers.slice(0, MAX_NAMED).map(({ arn, count, last }) => (
              <List.Item key={arn}>
                <ArnLink arn={arn} label={serviceName(arn)} />: {texts.readsOf(count, relativeTime(last, now))}
              </List.Item>
            ))}
            {readers.length > MAX_NAMED && <List.Item>{texts.andMore(readers.length - MAX_NAMED)}</List.Item>}
          </List>
        </>
      )}
      {secret.rotationEnabled && <Text size="sm">{texts.rotation}</Text>}
    </Stack>
  );
}
