import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconBellOff, IconBellRinging } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { Output } from '@strongroom/console-api';
import type { AlarmHistoryItem, DescribeAlarmHistoryResponse } from '@strongroom/contracts/strongroom/notification/v1/alarms';
import { type ReactNode, useState } from 'react';
import { api, client } from '../../app/api';
import { ConfirmByName } from '../../components/confirm-by-name';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { KeyValues } from '../../components/key-values';
import { Moment } from '../../components/moment';
import { PageHeader } from '../../components/page-header';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { usePages } from '../../components/use-pages';
import { useAction } from '../../components/use-action';
import { notificationsTexts } from '../../texts/notifications';
import { AlarmForm } from './alarm-form';
import { ALARM_STATES, conditionOf, HISTORY_TYPES } from './alarm-words';
import { AlarmBadge, type ShownAlarm } from './alarms-view';

const texts = notificationsTexts.alarms;

const route = getRouteApi('/shell/notifications/alarms/$name');

/** An alarm: its state, its history, and its settings. */
export function AlarmPage() {
  const { name } = route.useParams();
  const { data, error, refetch } = useQuery({
    ...api.alarms.describeAlarms.queryOptions({ alarmNames: [name] }),
    refetchInterval: 10_000,
  });
  const alarm = data?.alarms[0];
  return (
    <AlarmFrame name={name} actions={alarm && <Deeds alarm={alarm} />}>
      <Problem error={error} onRetry={() => void refetch()} />
      {!data && !error && <Skeleton height={320} />}
      {data && !alarm && <EmptyState title={texts.missing} />}
      {alarm && (
        <>
          <Section title={texts.state} actions={<AlarmBadge alarm={alarm} />}>
            <KeyValues
              items={[
                [texts.condition, conditionOf(alarm)],
                [texts.why, alarm.stateReason === '' ? undefined : <bdi key="reason">{alarm.stateReason}</bdi>],
                [texts.since, <Moment key="since" at={alarm.stateUpdatedTimestamp} />],
              ]}
            />
          </Section>
          <History name={name} />
          <AlarmForm key={String(alarm.alarmConfigurationUpdatedTimestamp?.getTime())} alarm={alarm} onDone={() => undefined} />
          <DeleteAlarm name={name} />
        </>
      )}
    </AlarmFrame>
  );
}

export function NewAlarmPage() {
  const navigate = useNavigate();
  return (
    <AlarmFrame name={texts.newTitle}>
      <AlarmForm alarm={undefined} onDone={(name) => void navigate({ to: '/notifications/alarms/$name', params: { name } })} />
    </AlarmFrame>
  );
}

function AlarmFrame({ name, actions, children }: { name: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <>
      <PageHeader area="notifications" tab="alarms" title={<bdi>{name}</bdi>} actions={actions} />
      <Stack gap="md">{children}</Stack>
    </>
  );
}

/** Silences an alarm, and tries it out. */
function Deeds({ alarm: { alarmName, actionsEnabled } }: { alarm: ShownAlarm }) {
  const changes = { invalidates: [api.alarms.pathFilter()] };
  const silence = useAction(api.alarms.disableAlarmActions.mutationOptions(), { ...changes, done: texts.silenced });
  const tell = useAction(api.alarms.enableAlarmActions.mutationOptions(), { ...changes, done: texts.unsilenced });
  const attempt = useAction(api.alarms.setAlarmState.mutationOptions(), { ...changes, done: texts.tried });
  const alarmNames = [alarmName];
  return (
    <>
      <Button
        variant="default"
        title={texts.tryText}
        loading={attempt.isRunning}
        onClick={() => attempt.run({ alarmName, stateValue: ALARM_STATES.alarm, stateReason: texts.tryReason })}
      >
        {texts.try}
      </Button>
      {actionsEnabled ? (
        <Button
          variant="default"
          leftSection={<IconBellOff size={16} />}
          loading={silence.isRunning}
          onClick={() => silence.run({ alarmNames })}
        >
          {texts.silence}
        </Button>
      ) : (
        <Button leftSection={<IconBellRinging size={16} />} loading={tell.isRunning} onClick={() => tell.run({ alarmNames })}>
          {texts.unsilence}
        </Button>
      )}
    </>
  );
}

const historyColumns: readonly Column<Output<AlarmHistoryItem>>[] = [
  {
    id: 'what',
    label: texts.historyWhat,
    width: 'minmax(14rem, 3fr)',
    render: ({ historySummary }) => <bdi>{historySummary}</bdi>,
  },
  {
    id: 'type',
    label: texts.history,
    width: '7rem',
    render: ({ historyItemType }) => {
      const word = (Object.keys(HISTORY_TYPES) as (keyof typeof HISTORY_TYPES)[]).find(
        (one) => HISTORY_TYPES[one] === Number(historyItemType),
      );
      return (
        <Text span inherit c="dimmed">
          {word && texts.historyTypes[word]}
        </Text>
      );
    },
  },
  { id: 'when', label: texts.historyWhen, width: '9rem', render: ({ timestamp }) => <Moment at={timestamp} /> },
];

const itemsOf = ({ alarmHistoryItems }: Output<DescribeAlarmHistoryResponse>) => alarmHistoryItems;

function History({ name }: { name: string }) {
  const { table } = usePages({
    queryKey: [['alarms', 'describeAlarmHistory'], { input: { alarmName: name } }],
    load: (nextToken, signal) =>
      client.alarms.describeAlarmHistory.query({ alarmName: name, maxRecords: 50, nextToken }, { signal }),
    rows: itemsOf,
    next: ({ nextToken }) => nextToken,
  });
  return (
    <Section title={texts.history} description={texts.historyText} flush>
      <DataTable
        label={texts.history}
        columns={historyColumns}
        rowKey={({ timestamp, historySummary, historyItemType }) =>
          `${timestamp?.getTime()} ${historyItemType} ${historySummary}`
        }
        {...table}
        maxHeight="20rem"
        empty={<EmptyState title={texts.noHistory} />}
      />
    </Section>
  );
}

function DeleteAlarm({ name }: { name: string }) {
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const { run, isRunning, error } = useAction(api.alarms.deleteAlarms.mutationOptions(), {
    done: texts.deleted,
    invalidates: [api.alarms.pathFilter()],
    onDone: () => void navigate({ to: '/notifications', search: { tab: 'alarms' } as never }),
    showsError: true,
  });
  return (
    <Group>
      <Button color="red" variant="light" onClick={() => setOpen(true)}>
        {texts.delete}
      </Button>
      <ConfirmByName
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={texts.delete}
        name={name}
        action={texts.delete}
        onConfirm={() => run({ alarmNames: [name] })}
        isRunning={isRunning}
        error={error}
      >
        {texts.deleteText}
      </ConfirmByName>
    </Group>
  );
}
