import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconStethoscope } from '@tabler/icons-react';
import { useState } from 'react';
import { api } from '../../app/api';
import { ArnLink } from '../../components/arn-link';
import { EmptyState } from '../../components/empty-state';
import { GuardedButton } from '../../components/guarded-button';
import { Moment } from '../../components/moment';
import { duration } from '../../components/moment-words';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { StatusBadge } from '../../components/status-badge';
import { useAction } from '../../components/use-action';
import { commonTexts } from '../../texts/common';
import { rotationsTexts } from '../../texts/rotations';
import { secretTexts } from '../../texts/secret';
import { type Secret, useRefusals } from '../secret/use-secret';
import { adviceFor, isOver, isTest, type Run, stateOf, stateWords, toneOf, tookOf } from './rotation-run';
import { RunSteps } from './run-steps';

const texts = rotationsTexts.live;
const invalidates = () => [api.secrets.describeSecret.pathFilter(), api.rotation.pathFilter()];

interface LatestRunProps {
  secret: Secret;
  run: Run | undefined;
  error: unknown;
  isKnown: boolean;
  onRetryQuery: () => void;
  /** The version that a new rotation makes. */
  onStarted: (versionId: string) => void;
}

/** The newest run with its live steps, and what one can do about it. */
export function LatestRun({ secret, run, error, isKnown, onRetryQuery, onStarted }: LatestRunProps) {
  const [isRollingBack, setIsRollingBack] = useState(false);
  const refusals = useRefusals(secret.arn);
  const mayNot = refusals('RotateSecret');
  const rotate = useAction(api.secrets.rotateSecret.mutationOptions(), {
    done: texts.started,
    invalidates: invalidates(),
    onDone: ({ versionId }) => versionId !== undefined && onStarted(versionId),
    showsError: true,
  });
  const retry = useAction(api.rotation.retryRotation.mutationOptions(), {
    done: texts.retried,
    invalidates: invalidates(),
    onDone: ({ versionId }) => onStarted(versionId),
    showsError: true,
  });
  const isDeleted = secret.deletedDate !== undefined;
  const hasFailed = run !== undefined && stateOf(run) === 'failed';
  const isRunning = run !== undefined && !isOver(run);
  const noFunction = secret.rotationLambdaArn ? undefined : secretTexts.noFunction;
  return (
    <Section
      title={texts.title}
      actions={
        !isDeleted && (
          <>
            {hasFailed && (
              <>
                <GuardedButton variant="default" refusal={mayNot} onClick={() => setIsRollingBack(true)}>
                  {texts.rollBack}
                </GuardedButton>
                <GuardedButton refusal={mayNot} loading={retry.isRunning} onClick={() => retry.run({ secretId: secret.arn })}>
                  {texts.retry}
                </GuardedButton>
              </>
            )}
            {!hasFailed && (
              <GuardedButton
                refusal={mayNot ?? noFunction}
                loading={rotate.isRunning || isRunning}
                onClick={() => rotate.run({ secretId: secret.arn, clientRequestToken: crypto.randomUUID() })}
              >
                {texts.rotateNow}
              </GuardedButton>
            )}
          </>
        )
      }
    >
      <Stack gap="md">
        <Problem error={rotate.error ?? retry.error} />
        {error ? (
          <Problem error={error} onRetry={onRetryQuery} />
        ) : run ? (
          <RunReport run={run} />
        ) : (
          isKnown && <EmptyState title={texts.none}>{texts.noneText}</EmptyState>
        )}
      </Stack>
      {isRollingBack && <RollBack secret={secret} onClose={() => setIsRollingBack(false)} />}
    </Section>
  );
}

/** A run in full: its state, steps and diagnosis. */
export function RunReport({ run }: { run: Run }) {
  const took = tookOf(run, new Date());
  const advice = adviceFor(run);
  const hasFailed = stateOf(run) === 'failed';
  return (
    <Stack gap="md">
      <Group gap="xs" style={{ rowGap: 4 }}>
        <StatusBadge tone={toneOf(run)}>{stateWords(run)}</StatusBadge>
        <Text size="sm" component="span">
          {isTest(run) ? texts.test : texts.rotation}, <Moment at={run.startedDate} />
          {took !== undefined && `, ${isOver(run) ? texts.took(duration(took)) : texts.running(duration(took))}`}
          {', '}
          {run.initiatedBy === '' ? (
            texts.scheduled
          ) : (
            <>
              {texts.by} <ArnLink arn={run.initiatedBy} />
            </>
          )}
        </Text>
      </Group>
      <RunSteps run={run} />
      {hasFailed && (run.diagnosis !== '' || advice !== undefined) && (
        <Alert color="red" variant="light" icon={<IconStethoscope size={18} />} title={texts.diagnosis} role="alert">
          <Stack gap={6}>
            {run.diagnosis !== '' && (
              <Text size="sm">
                <bdi>{run.diagnosis}</bdi>
              </Text>
            )}
            {advice !== undefined && <Text size="sm">{advice}</Text>}
          </Stack>
        </Alert>
      )}
    </Stack>
  );
}

function RollBack({ secret, onClose }: { secret: Secret; onClose: () => void }) {
  const { run, isRunning, error } = useAction(api.rotation.rollBackRotation.mutationOptions(), {
    done: ({ currentVerified }) => (currentVerified ? texts.rolledBack : texts.rolledBackUnverified),
    invalidates: invalidates(),
    onDone: onClose,
    showsError: true,
  });
  return (
    <Modal opened onClose={onClose} title={texts.rollBackTitle} closeButtonProps={{ 'aria-label': commonTexts.close }}>
      <Stack gap="md">
        <Text size="sm">{texts.rollBackText}</Text>
        <Problem error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {commonTexts.cancel}
          </Button>
          <Button color="red" loading={isRunning} onClick={() => run({ secretId: secret.arn })}>
            {texts.rollBack}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
