import { Anchor, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { ArnLink } from '../../components/arn-link';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { Problem } from '../../components/problem';
import { StatusBadge, type Tone } from '../../components/status-badge';
import { useSearchState } from '../../components/use-search-state';
import { rotationsTexts } from '../../texts/rotations';
import { rulesOf, scheduleWords } from '../secret/schedule-words';
import type { RotatingState } from './rotating-secret';
import { functionName } from './rotation-function';
import { stepsOf } from './rotation-run';
import { type RotatingRow, useRotatingSecrets } from './use-rotating-secrets';

const texts = rotationsTexts.page;
const defaults = { show: 'all' };
const tones: Readonly<Record<RotatingState, Tone>> = {
  failed: 'bad',
  overdue: 'warning',
  running: 'busy',
  pending: 'warning',
  scheduled: 'good',
  onDemand: 'neutral',
};

const shown: Readonly<Record<string, (row: RotatingRow) => boolean>> = {
  all: () => true,
  attention: ({ state }) => state === 'failed' || state === 'overdue' || state === 'pending',
  running: ({ state }) => state === 'running',
};

/** Every secret that rotates; what needs somebody first. */
export function RotatingList() {
  const [{ show }, change] = useSearchState(defaults);
  const navigate = useNavigate();
  const { rows, error, refetch, looked, isLooking, lookOn } = useRotatingSecrets();
  const filter = Object.hasOwn(shown, show) ? show : 'all';
  const visible = rows?.filter(shown[filter]!);
  const count = (kind: string) => rows?.filter(shown[kind]!).length ?? 0;
  const openTab = { tab: 'rotation' } as never;
  const columns: Column<RotatingRow>[] = [
    {
      id: 'secret',
      label: texts.secret,
      width: 'minmax(10rem, 2fr)',
      render: ({ secret }) => (
        <Anchor renderRoot={(props) => <Link to="/secrets/$name" params={{ name: secret.name }} search={openTab} {...props} />}>
          <MachineText>{secret.name}</MachineText>
        </Anchor>
      ),
    },
    { id: 'state', label: texts.state, width: '8rem', render: (row) => <State row={row} /> },
    {
      id: 'next',
      label: texts.next,
      width: '7.5rem',
      render: ({ secret }) => <Moment at={secret.nextRotationDate} />,
    },
    { id: 'last', label: texts.last, width: '7.5rem', render: ({ secret }) => <Moment at={secret.lastRotatedDate} /> },
    {
      id: 'schedule',
      label: texts.schedule,
      width: 'minmax(10rem, 1.6fr)',
      render: ({ secret }) => scheduleWords(rulesOf(secret.rotationRules)),
    },
    {
      id: 'function',
      label: texts.function,
      width: 'minmax(9rem, 1.4fr)',
      wideOnly: true,
      render: ({ secret }) =>
        secret.rotationLambdaArn && <ArnLink arn={secret.rotationLambdaArn} label={functionName(secret.rotationLambdaArn)} />,
    },
  ];
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <SegmentedControl
          aria-label={texts.filter}
          value={filter}
          onChange={(value) => change({ show: value })}
          data={Object.entries(texts.filters).map(([value, label]) => ({
            value,
            label: value === 'all' || count(value) === 0 ? label : `${label} (${count(value)})`,
          }))}
        />
        <Group gap="sm">
          <Text size="sm" c="dimmed" aria-live="polite">
            {isLooking ? texts.looking(looked) : rows && texts.looked(looked)}
          </Text>
          {lookOn && (
            <Button size="xs" variant="default" onClick={lookOn}>
              {texts.lookOn}
            </Button>
          )}
        </Group>
      </Group>
      {rows && rows.length > 0 && <Problem error={error} onRetry={() => void refetch()} />}
      <DataTable
        label={rotationsTexts.title}
        columns={columns}
        rows={visible}
        rowKey={({ secret }) => secret.arn}
        onOpen={({ secret }) => void navigate({ to: '/secrets/$name', params: { name: secret.name }, search: openTab })}
        error={error}
        onRetry={() => void refetch()}
        empty={
          filter === 'all' ? (
            <EmptyState
              title={texts.none}
              icon={IconRefresh}
              actions={
                <Button variant="default" renderRoot={(props) => <Link to="/secrets" {...props} />}>
                  {texts.openSecrets}
                </Button>
              }
            >
              {texts.noneText}
            </EmptyState>
          ) : (
            <EmptyState title={texts.noneMatching} />
          )
        }
      />
    </Stack>
  );
}

function State({ row: { state, run } }: { row: RotatingRow }) {
  const step =
    run && state === 'running' ? stepsOf(run).find((one) => one.state === 'running' || one.state === 'retrying') : undefined;
  return (
    <StatusBadge tone={tones[state]}>
      {texts.states[state]}
      {step && `: ${rotationsTexts.steps[step.name].title}`}
    </StatusBadge>
  );
}
