import { Anchor, Button, Group } from '@mantine/core';
import { IconAlarm, IconPlus } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Output } from '@strongroom/console-api';
import type { Alarm, DescribeAlarmsResponse } from '@strongroom/contracts/strongroom/notification/v1/alarms';
import { client } from '../../app/api';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { Section } from '../../components/section';
import { StatusBadge, type Tone } from '../../components/status-badge';
import { usePages } from '../../components/use-pages';
import { notificationsTexts } from '../../texts/notifications';
import { type AlarmStateWord, conditionOf, stateWordOf } from './alarm-words';
import { targetOf } from './rule-words';

const texts = notificationsTexts.alarms;
export type ShownAlarm = Output<Alarm>;
const TONES: Readonly<Record<AlarmStateWord, Tone>> = { ok: 'good', alarm: 'bad', 'insufficient-data': 'neutral' };

/** The state of an alarm, and whether it tells anybody. */
export function AlarmBadge({ alarm }: { alarm: Pick<ShownAlarm, 'stateValue' | 'actionsEnabled'> }) {
  const state = stateWordOf(alarm.stateValue);
  return (
    <Group gap="xs">
      <StatusBadge tone={TONES[state]}>{texts.states[state]}</StatusBadge>
      {!alarm.actionsEnabled && <StatusBadge tone="warning">{texts.silent}</StatusBadge>}
    </Group>
  );
}

const columns: readonly Column<ShownAlarm>[] = [
  {
    id: 'name',
    label: notificationsTexts.name,
    width: 'minmax(12rem, 1.2fr)',
    render: ({ alarmName }) => (
      <Anchor renderRoot={(props) => <Link to="/notifications/alarms/$name" params={{ name: alarmName }} {...props} />}>
        <MachineText>{alarmName}</MachineText>
      </Anchor>
    ),
  },
  { id: 'state', label: texts.state, width: '13rem', render: (alarm) => <AlarmBadge alarm={alarm} /> },
  { id: 'condition', label: texts.condition, width: 'minmax(14rem, 2fr)', render: (alarm) => <bdi>{conditionOf(alarm)}</bdi> },
  {
    id: 'since',
    label: texts.since,
    width: '9rem',
    render: ({ stateUpdatedTimestamp }) => <Moment at={stateUpdatedTimestamp} />,
  },
  {
    id: 'tells',
    label: texts.actions,
    width: 'minmax(8rem, 1fr)',
    render: ({ alarmActions }) =>
      alarmActions.length === 0 ? (
        <StatusBadge tone="warning">{texts.tellsNobody}</StatusBadge>
      ) : (
        <bdi>{alarmActions.map((arn) => targetOf(arn).name).join(', ')}</bdi>
      ),
  },
];

const alarmsOf = ({ alarms }: Output<DescribeAlarmsResponse>) => alarms;

/** What counts events, and goes off. */
export function AlarmsView() {
  const navigate = useNavigate();
  const { table } = usePages({
    queryKey: [['alarms', 'describeAlarms'], { input: {} }],
    load: (nextToken, signal) => client.alarms.describeAlarms.query({ maxRecords: 100, nextToken }, { signal }),
    rows: alarmsOf,
    next: ({ nextToken }) => nextToken,
    refetchInterval: 15_000,
  });
  const add = (
    <Button leftSection={<IconPlus size={16} />} renderRoot={(props) => <Link to="/notifications/new-alarm" {...props} />}>
      {texts.add}
    </Button>
  );
  return (
    <Section title={texts.title} description={texts.text} actions={table.rows && table.rows.length > 0 && add} flush>
      <DataTable
        label={texts.label}
        columns={columns}
        rowKey={({ alarmName }) => alarmName}
        onOpen={({ alarmName }) => void navigate({ to: '/notifications/alarms/$name', params: { name: alarmName } })}
        {...table}
        empty={
          <EmptyState icon={IconAlarm} title={texts.empty} actions={add}>
            {texts.emptyText}
          </EmptyState>
        }
      />
    </Section>
  );
}
