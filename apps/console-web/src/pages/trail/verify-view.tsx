import { Button, Group, Progress, Stack, Table, Text } from '@mantine/core';
import { IconPlayerStop, IconShieldCheck } from '@tabler/icons-react';
import { KeyValues } from '../../components/key-values';
import { MachineText } from '../../components/machine-text';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { StatusBadge } from '../../components/status-badge';
import { trailTexts } from '../../texts/trail';
import { count } from '../usage/amounts';
import { hexOf } from './event-words';
import { useVerification } from './use-verification';
import { percentOf, type Verification } from './verification';

const texts = trailTexts.verify;

/** Verifies the whole trail, with its progress. */
export function VerifyView() {
  const { verification, state, error, start, stop, proceed } = useVerification();
  const isRunning = state === 'running';
  return (
    <Section title={texts.title} description={texts.text}>
      <Stack gap="md" maw={860}>
        <Group gap="xs">
          {isRunning ? (
            <Button variant="default" leftSection={<IconPlayerStop size={16} />} onClick={stop}>
              {texts.stop}
            </Button>
          ) : (
            <Button leftSection={<IconShieldCheck size={16} />} onClick={start}>
              {state === 'idle' ? texts.start : texts.again}
            </Button>
          )}
          {state === 'stopped' && verification.resumeToken !== '' && (
            <Button variant="default" onClick={proceed}>
              {texts.continue}
            </Button>
          )}
        </Group>
        {state !== 'idle' && <VerificationProgress verification={verification} state={state} />}
        <Problem error={error} />
        {verification.result && <Verdict verification={verification} />}
        {verification.findings.length > 0 && <Findings verification={verification} />}
      </Stack>
    </Section>
  );
}

function VerificationProgress({ verification, state }: { verification: Verification; state: 'running' | 'stopped' | 'done' }) {
  const percent = percentOf(verification);
  const { sequence, endSequence, result, findings } = verification;
  const words =
    state === 'stopped'
      ? texts.stopped
      : endSequence === 0n
        ? texts.starting
        : texts.running(count(sequence), count(endSequence));
  return (
    <Stack gap={4}>
      <Progress.Root size="lg">
        <Progress.Section
          value={percent}
          color={findings.length > 0 || result?.valid === false ? 'red' : undefined}
          animated={state === 'running'}
          aria-label={texts.progress}
        />
      </Progress.Root>
      {!result && (
        <Text size="sm" c="dimmed" role="status">
          {words}
        </Text>
      )}
    </Stack>
  );
}

function Verdict({ verification: { result, findings } }: { verification: Verification }) {
  if (!result) return null;
  const { valid, eventsVerified, lastSequence, lastHash } = result;
  const explanation = valid
    ? texts.intactText(count(eventsVerified))
    : findings.length > 0
      ? texts.brokenText(findings.length)
      : texts.brokenBefore;
  return (
    <Stack gap="sm" role="status">
      <Group gap="sm">
        <StatusBadge tone={valid ? 'good' : 'bad'}>{valid ? texts.intact : texts.broken}</StatusBadge>
        <Text>{explanation}</Text>
      </Group>
      <KeyValues
        items={[
          [texts.events, count(eventsVerified)],
          [texts.last, count(lastSequence)],
          [texts.hash, <MachineText key="hash">{hexOf(lastHash)}</MachineText>],
        ]}
      />
    </Stack>
  );
}

function Findings({ verification: { findings } }: { verification: Verification }) {
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table aria-label={texts.findings}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.finding.place}</Table.Th>
            <Table.Th>{texts.finding.kind}</Table.Th>
            <Table.Th>{texts.finding.detail}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {findings.map(({ sequence, kind, detail }, at) => (
            <Table.Tr key={at}>
              <Table.Td>{count(sequence)}</Table.Td>
              <Table.Td>{texts.kinds[kind] ?? kind}</Table.Td>
              <Table.Td>
                <bdi>{detail}</bdi>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
