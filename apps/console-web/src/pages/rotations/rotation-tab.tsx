import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { AWSCURRENT, AWSPENDING } from '@strongroom/secret-values';
import { api } from '../../app/api';
import { ArnLink } from '../../components/arn-link';
import { EmptyState } from '../../components/empty-state';
import { GuardedButton } from '../../components/guarded-button';
import { KeyValues } from '../../components/key-values';
import { Moment } from '../../components/moment';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { commonTexts } from '../../texts/common';
import { rotationsTexts } from '../../texts/rotations';
import { nextWindows, rulesOf, scheduleWords } from '../secret/schedule-words';
import { type Secret, type SecretTabProps, useRefusals } from '../secret/use-secret';
import { LatestRun } from './latest-run';
import { functionName } from './rotation-function';
import { isOver } from './rotation-run';
import { RotationForm } from './rotation-form';
import { RunHistory } from './run-history';
import { WindowList } from './schedule-editor';
import { useRuns } from './use-live-run';

const texts = rotationsTexts.configuration;

/** A version that waits to become the current one: its run is there, or begins within seconds. */
const pendingVersion = ({ versionIdsToStages }: Secret): string | undefined =>
  Object.entries(versionIdsToStages).find(([, { stages }]) => stages.includes(AWSPENDING) && !stages.includes(AWSCURRENT))?.[0];

/** How a secret rotates, and its runs. */
export function RotationTab({ secret }: SecretTabProps) {
  const [awaited, setAwaited] = useState<string>();
  const { data, error, refetch } = useRuns(secret.arn, awaited ?? pendingVersion(secret));
  const [newest] = data?.runs ?? [];
  const queryClient = useQueryClient();
  const ended = newest && isOver(newest) ? newest.runId : undefined;
  // Labels and dates have changed when a run is over.
  useEffect(() => {
    if (ended !== undefined) void queryClient.invalidateQueries(api.secrets.describeSecret.pathFilter());
  }, [ended, queryClient]);
  return (
    <Stack gap="md">
      <LatestRun
        secret={secret}
        run={newest}
        error={error}
        isKnown={data !== undefined}
        onRetryQuery={() => void refetch()}
        onStarted={setAwaited}
      />
      <Configuration secret={secret} onStarted={setAwaited} />
      <RunHistory runs={data?.runs} />
    </Stack>
  );
}

interface ConfigurationProps extends SecretTabProps {
  onStarted: (versionId: string) => void;
}

function Configuration({ secret, onStarted }: ConfigurationProps) {
  const [isEditing, setIsEditing] = useState(false);
  const [isTurningOff, setIsTurningOff] = useState(false);
  const refusals = useRefusals(secret.arn);
  const mayNot = refusals('RotateSecret');
  const { rotationEnabled: isOn, rotationLambdaArn, deletedDate } = secret;
  const rules = rulesOf(secret.rotationRules);
  const configure = (
    <GuardedButton variant={isOn ? 'default' : 'filled'} refusal={mayNot} onClick={() => setIsEditing(true)}>
      {isOn ? texts.edit : texts.configure}
    </GuardedButton>
  );
  if (isEditing) {
    return (
      <Section title={texts.title}>
        <RotationForm secret={secret} onClose={() => setIsEditing(false)} onStarted={onStarted} />
      </Section>
    );
  }
  return (
    <Section
      title={texts.title}
      actions={
        isOn &&
        deletedDate === undefined && (
          <>
            <GuardedButton
              color="red"
              variant="subtle"
              refusal={refusals('CancelRotateSecret')}
              onClick={() => setIsTurningOff(true)}
            >
              {texts.turnOff}
            </GuardedButton>
            {configure}
          </>
        )
      }
    >
      {isOn ? (
        <KeyValues
          items={[
            [
              texts.function,
              rotationLambdaArn ? <ArnLink arn={rotationLambdaArn} label={functionName(rotationLambdaArn)} /> : undefined,
            ],
            [texts.schedule, scheduleWords(rules)],
            [texts.last, <Moment key="last" at={secret.lastRotatedDate} never={texts.never} />],
            [
              texts.next,
              rules ? (
                <Stack gap={4} key="next">
                  <WindowList windows={nextWindows(rules, new Date())} />
                  <Text size="sm" c="dimmed">
                    {texts.nextText}
                  </Text>
                </Stack>
              ) : undefined,
            ],
          ]}
        />
      ) : (
        <EmptyState title={texts.off} icon={IconRefresh} actions={deletedDate === undefined && configure}>
          {texts.offText}
        </EmptyState>
      )}
      {isTurningOff && <TurnOff secret={secret} onClose={() => setIsTurningOff(false)} />}
    </Section>
  );
}

function TurnOff({ secret, onClose }: SecretTabProps & { onClose: () => void }) {
  const { run, isRunning, error } = useAction(api.secrets.cancelRotateSecret.mutationOptions(), {
    done: texts.turnedOff,
    invalidates: [api.secrets.pathFilter(), api.rotation.pathFilter()],
    onDone: onClose,
    showsError: true,
  });
  return (
    <Modal opened onClose={onClose} title={texts.turnOffTitle} closeButtonProps={{ 'aria-label': commonTexts.close }}>
      <Stack gap="md">
        <Text size="sm">{texts.turnOffText}</Text>
        <Problem error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {commonTexts.cancel}
          </Button>
          <Button color="red" loading={isRunning} onClick={() => run({ secretId: secret.arn })}>
            {texts.turnOff}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
