import { Button, Group, NumberInput, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type DataKeyReEncryption, DataKeyReEncryptionState } from '@strongroom/contracts/strongroom/secrets/v1/key_dependents';
import { api } from '../../app/api';
import { problemOf } from '../../app/api-error';
import { ArnLink } from '../../components/arn-link';
import { KeyValues } from '../../components/key-values';
import { Moment } from '../../components/moment';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { StatusBadge, type Tone } from '../../components/status-badge';
import { useAction } from '../../components/use-action';
import { keysTexts } from '../../texts/keys';

const texts = keysTexts.dependents;
/** Milliseconds between two looks at a re-encryption that runs. */
const LOOKS = 2_000;
const MANY_GRANTS = 1_000;

/** What would be lost with a key, and the re-encryption of what it protects. */
export function KeyDependents({ keyId }: { keyId: string }) {
  return (
    <Stack gap="md">
      <Section title={texts.title} description={texts.hint}>
        <DependentsTable keyId={keyId} />
      </Section>
      <ReEncryption keyId={keyId} />
    </Stack>
  );
}

export function DependentsTable({ keyId }: { keyId: string }) {
  const { data, error, refetch } = useQuery(api.keyDependents.describeKeyDependents.queryOptions({ keyId }));
  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  if (!data) return <Text c="dimmed">{keysTexts.deletion.looking}</Text>;
  const grants = data.grantCount >= MANY_GRANTS ? texts.atLeast : String(data.grantCount);
  return (
    <Stack gap="md">
      <KeyValues
        items={[
          [texts.secrets, data.secretCount.toLocaleString('en')],
          [texts.versions, data.versionCount.toLocaleString('en')],
          [texts.grants, grants],
          [texts.aliases, data.aliasNames.length > 0 ? data.aliasNames.join(', ') : undefined],
          [
            texts.lastUsed,
            <Group key="used" gap={6}>
              <Moment at={data.lastUsageDate} never={keysTexts.facts.neverUsed} />
              {data.lastUsageOperation}
            </Group>,
          ],
          [texts.tracking, <Moment key="tracking" at={data.trackingStartDate} />],
        ]}
      />
      {data.materials.length > 0 && (
        <Table aria-label={texts.material}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{texts.material}</Table.Th>
              <Table.Th ta="end">{texts.versions}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.materials.map(({ materialVersion, isCurrent, versionCount }) => (
              <Table.Tr key={materialVersion}>
                <Table.Td>
                  <Group gap="xs">
                    {texts.materialOf(materialVersion)}
                    {isCurrent && <StatusBadge tone="good">{texts.current}</StatusBadge>}
                  </Group>
                </Table.Td>
                <Table.Td ta="end">{versionCount.toLocaleString('en')}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  );
}

const tones: Readonly<Partial<Record<DataKeyReEncryptionState, Tone>>> = {
  [DataKeyReEncryptionState.RUNNING]: 'busy',
  [DataKeyReEncryptionState.COMPLETED]: 'good',
  [DataKeyReEncryptionState.STOPPED]: 'neutral',
  [DataKeyReEncryptionState.FAILED]: 'bad',
};

function ReEncryption({ keyId }: { keyId: string }) {
  const texts = keysTexts.reEncryption;
  const [rate, setRate] = useState<string | number>('');
  const { data, error, refetch } = useQuery(
    api.keyDependents.describeDataKeyReEncryption.queryOptions(
      { keyId },
      {
        retry: false,
        refetchInterval: ({ state }) => (state.data?.reEncryption?.state === DataKeyReEncryptionState.RUNNING ? LOOKS : false),
      },
    ),
  );
  const invalidates = [api.keyDependents.pathFilter()];
  const start = useAction(api.keyDependents.startDataKeyReEncryption.mutationOptions(), { showsError: true, invalidates });
  const stop = useAction(api.keyDependents.stopDataKeyReEncryption.mutationOptions(), { showsError: true, invalidates });
  const isNone = problemOf(error).reason === 'ResourceNotFoundException';
  const last = isNone ? undefined : data?.reEncryption;
  const isRunning = last?.state === DataKeyReEncryptionState.RUNNING;
  return (
    <Section title={texts.title} description={texts.hint}>
      <Stack gap="md">
        {isNone && (
          <Text size="sm" c="dimmed">
            {texts.never}
          </Text>
        )}
        {error && !isNone ? <Problem error={error} onRetry={() => void refetch()} /> : null}
        {last && <Progress last={last} />}
        <Problem error={start.error ?? stop.error} />
        <Group align="flex-end" gap="xs">
          <NumberInput
            label={texts.rate}
            placeholder="250"
            min={1}
            max={10_000}
            allowDecimal={false}
            value={rate}
            onChange={setRate}
            w={180}
          />
          <Button
            variant="default"
            loading={start.isRunning}
            onClick={() => start.run({ keyId, ...(rate !== '' && { rate: Number(rate) }) })}
          >
            {texts.start}
          </Button>
          {isRunning && (
            <Button variant="light" color="red" loading={stop.isRunning} onClick={() => stop.run({ keyId })}>
              {texts.stop}
            </Button>
          )}
        </Group>
      </Stack>
    </Section>
  );
}

function Progress({ last }: { last: DataKeyReEncryption }) {
  const texts = keysTexts.reEncryption;
  return (
    <KeyValues
      items={[
        [
          texts.state,
          <Group key="state" gap="xs">
            <StatusBadge tone={tones[last.state] ?? 'neutral'}>{texts.states[last.state] ?? texts.states[0]}</StatusBadge>
            {last.reason}
          </Group>,
        ],
        [texts.done, last.reEncryptedCount.toLocaleString('en')],
        [texts.remaining, last.remainingCount.toLocaleString('en')],
        [
          texts.failures,
          last.failures.length > 0
            ? last.failures.map(({ reason, count }) => `${count.toLocaleString('en')} ${reason}`).join(', ')
            : undefined,
        ],
        [texts.started, <Moment key="started" at={last.startDate} />],
        [texts.ended, last.endDate && <Moment key="ended" at={last.endDate} />],
        [texts.by, <ArnLink key="by" arn={last.startedBy} />],
      ]}
    />
  );
}
