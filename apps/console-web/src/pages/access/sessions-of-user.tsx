import { Button, Group, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Session } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { api, client } from '../../app/api';
import { ConfirmByName } from '../../components/confirm-by-name';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { programName } from '../../components/program-name';
import { useAction } from '../../components/use-action';
import { usePages } from '../../components/use-pages';
import { accessTexts } from '../../texts/access';
import { type Target, userTarget } from './target';

const texts = accessTexts.sessions;
const invalidates = [api.tokens.pathFilter()];
const rowsOf = ({ sessions }: { sessions: Session[] }) => sessions;

/** The sessions of a user, each of which can be ended. */
export function SessionsOfUser({ userName }: { userName: string }) {
  const { table } = usePages({
    queryKey: [['tokens', 'listSessions'], { input: { userName } }],
    load: (marker, signal) => client.tokens.listSessions.query({ userName, marker }, { signal }),
    rows: rowsOf,
    next: ({ marker }) => marker,
  });
  return (
    <Stack gap="md">
      <Group justify="flex-end">
        <EndSessions target={userTarget(userName)} name={userName} />
      </Group>
      <DataTable
        {...table}
        label={texts.title}
        columns={columns}
        rowKey={({ accessKeyId }) => accessKeyId}
        empty={<EmptyState title={texts.none} />}
      />
    </Stack>
  );
}

const columns: Column<Session>[] = [
  { id: 'began', label: texts.began, width: '7.5rem', render: ({ issueTime }) => <Moment at={issueTime} /> },
  { id: 'ends', label: texts.ends, width: '6.5rem', render: ({ expireTime }) => <Moment at={expireTime} /> },
  {
    id: 'from',
    label: texts.from,
    width: '8rem',
    render: ({ sourceIpAddress }) => <MachineText>{sourceIpAddress}</MachineText>,
  },
  {
    id: 'with',
    label: texts.with,
    wideOnly: true,
    render: ({ userAgent }) => <span title={userAgent}>{programName(userAgent)}</span>,
  },
  {
    id: 'factor',
    label: texts.factor,
    width: '7.5rem',
    render: ({ multiFactorAuthTime }) => <Moment at={multiFactorAuthTime} />,
  },
  { id: 'source', label: texts.source, wideOnly: true, render: ({ source }) => <Source source={source} /> },
  { id: 'deeds', label: '', width: '6rem', align: 'end', render: ({ accessKeyId }) => <EndOne accessKeyId={accessKeyId} /> },
];

function Source({ source }: { source: string }) {
  if (source.startsWith('login:')) return texts.password;
  if (source.startsWith('cert:')) return <MachineText>{source.slice(5)}</MachineText>;
  return <MachineText>{source}</MachineText>;
}

function EndOne({ accessKeyId }: { accessKeyId: string }) {
  const revoke = useAction(api.tokens.revokeSessions.mutationOptions(), {
    invalidates,
    done: ({ revoked }) => texts.ended(revoked),
  });
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={revoke.isRunning}
      onClick={() => revoke.run({ sessions: { $case: 'accessKeyId', value: accessKeyId } })}
    >
      {texts.end}
    </Button>
  );
}

/** Ends every session of a user or role that has begun until now. */
export function EndSessions({ target, name }: { target: Target; name: string }) {
  const [opened, modal] = useDisclosure(false);
  const revoke = useAction(api.tokens.revokeSessions.mutationOptions(), {
    ...{ showsError: true, invalidates, done: ({ revoked }: { revoked: number }) => texts.ended(revoked) },
    onDone: modal.close,
  });
  return (
    <>
      <Button variant="light" color="red" onClick={modal.open}>
        {texts.endAll}
      </Button>
      <ConfirmByName
        opened={opened}
        onClose={modal.close}
        title={texts.endAllTitle}
        name={name}
        action={texts.endAll}
        isRunning={revoke.isRunning}
        error={revoke.error}
        onConfirm={() => revoke.run({ sessions: { $case: 'target', value: target } })}
      >
        {texts.endAllText}
      </ConfirmByName>
    </>
  );
}
