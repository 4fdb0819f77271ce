import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Session } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { api, client } from '../../app/api';
import { signOut } from '../../app/session';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { Section } from '../../components/section';
import { StatusBadge } from '../../components/status-badge';
import { useAction } from '../../components/use-action';
import { settingsTexts } from '../../texts/settings';
import { programName } from '../../components/program-name';

const texts = settingsTexts.sessions;
const REFRESH = 15_000;

const byKey = (accessKeyId: string) => ({ sessions: { $case: 'accessKeyId', value: accessKeyId } }) as const;

/** Where the person is signed in; each session can be ended, and all others at once. */
export function SessionsSection() {
  const sessions = useQuery(api.tokens.listSessions.queryOptions({ maxItems: 100 }, { refetchInterval: REFRESH }));
  const invalidates = [api.tokens.pathFilter()];
  const end = useAction(api.tokens.revokeSessions.mutationOptions(), { done: texts.ended, invalidates });
  const current = sessions.data?.sessions.filter((session) => session.current) ?? [];
  const others = sessions.data?.sessions.filter(({ current }) => !current) ?? [];
  const endOthers = useAction(
    {
      mutationFn: async (list: readonly Session[]) => {
        for (const { accessKeyId } of list) await client.tokens.revokeSessions.mutate(byKey(accessKeyId));
      },
    },
    { done: (_nothing, list) => texts.othersEnded(list.length), invalidates },
  );
  return (
    <Section
      flush
      title={texts.title}
      description={texts.description}
      actions={
        <Button
          size="xs"
          variant="default"
          disabled={!others.length}
          loading={endOthers.isRunning}
          onClick={() => endOthers.run(others)}
        >
          {texts.endOthers}
        </Button>
      }
    >
      <DataTable
        label={texts.title}
        columns={columnsOf((accessKeyId) => end.run(byKey(accessKeyId)))}
        rows={sessions.data && [...current, ...others]}
        rowKey={({ accessKeyId }) => accessKeyId}
        error={sessions.error}
        onRetry={() => void sessions.refetch()}
        empty={<EmptyState title={texts.none} />}
      />
    </Section>
  );
}

const columnsOf = (onEnd: (accessKeyId: string) => void): Column<Session>[] => [
  {
    id: 'program',
    label: texts.columns.program,
    width: 'minmax(12rem, 2fr)',
    render: ({ userAgent, current }) => (
      <Group gap="xs">
        <Text span inherit title={userAgent}>
          <bdi>{programName(userAgent) || texts.unknown}</bdi>
        </Text>
        {current && <StatusBadge tone="good">{texts.current}</StatusBadge>}
      </Group>
    ),
  },
  {
    id: 'address',
    label: texts.columns.address,
    width: 'minmax(8rem, 1fr)',
    render: ({ sourceIpAddress }) => <MachineText>{sourceIpAddress || texts.unknown}</MachineText>,
  },
  { id: 'began', label: texts.columns.began, width: '9rem', render: ({ issueTime }) => <Moment at={issueTime} /> },
  { id: 'ends', label: texts.columns.ends, width: '9rem', render: ({ expireTime }) => <Moment at={expireTime} /> },
  {
    id: 'factor',
    label: texts.columns.factor,
    width: '8rem',
    render: ({ multiFactorAuthTime }) =>
      multiFactorAuthTime ? (
        <StatusBadge tone="good">{texts.factor}</StatusBadge>
      ) : (
        <Moment at={undefined} never={texts.noFactor} />
      ),
  },
  {
    id: 'end',
    label: texts.columns.end,
    width: '7rem',
    align: 'end',
    render: ({ accessKeyId, current, userAgent }) => (
      <Button
        size="compact-xs"
        variant="subtle"
        color="red"
        aria-label={`${current ? texts.signOut : texts.end}: ${programName(userAgent)}`}
        onClick={() => (current ? void signOut() : onEnd(accessKeyId))}
      >
        {current ? texts.signOut : texts.end}
      </Button>
    ),
  },
];
