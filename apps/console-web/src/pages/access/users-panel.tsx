import { Button, Group, MultiSelect, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconUsers } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { User } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { api, client } from '../../app/api';
import { queryClient } from '../../app/query-client';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { FormModal } from '../../components/form-modal';
import { Moment } from '../../components/moment';
import { usePages } from '../../components/use-pages';
import { accessTexts } from '../../texts/access';
import { NameLink } from './name-link';

const texts = accessTexts.users;
const rowsOf = ({ users }: { users: User[] }) => users;

/** The users of the account. */
export function UsersPanel() {
  const navigate = useNavigate();
  const [opened, modal] = useDisclosure(false);
  const { table } = usePages({
    queryKey: [['identity', 'listUsers'], { input: {} }],
    load: (marker, signal) => client.identity.listUsers.query({ marker }, { signal }),
    rows: rowsOf,
    next: ({ marker }) => marker,
  });
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={modal.open}>
      {texts.create}
    </Button>
  );
  return (
    <Stack gap="md">
      <Group justify="flex-end">{create}</Group>
      <DataTable
        {...table}
        label={accessTexts.tabs.users}
        columns={columns}
        rowKey={({ arn }) => arn}
        onOpen={({ userName }) => void navigate({ to: '/access/users/$name', params: { name: userName } })}
        empty={
          <EmptyState title={texts.empty} icon={IconUsers} actions={create}>
            {texts.emptyText}
          </EmptyState>
        }
      />
      <NewUserModal key={String(opened)} opened={opened} onClose={modal.close} />
    </Stack>
  );
}

const columns: Column<User>[] = [
  {
    id: 'name',
    label: accessTexts.name,
    width: 'minmax(12rem, 2fr)',
    render: ({ userName }) => <NameLink kind="users" id={userName} />,
  },
  { id: 'path', label: accessTexts.path, wideOnly: true, render: ({ path }) => path },
  {
    id: 'boundary',
    label: texts.boundary,
    wideOnly: true,
    render: ({ permissionsBoundary }) => boundaryName(permissionsBoundary),
  },
  { id: 'created', label: accessTexts.created, width: '9rem', render: ({ createDate }) => <Moment at={createDate} /> },
];

const boundaryName = (arn: string) => (arn ? <NameLink kind="policies" id={arn} label={arn.split('/').at(-1)} /> : null);

function NewUserModal({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [groups, setGroups] = useState<string[]>([]);
  const known = useQuery(api.identity.listGroups.queryOptions({ maxItems: 1_000 }, { enabled: opened }));
  const create = useMutation({
    mutationFn: async () => {
      await client.identity.createUser.mutate({ userName: name });
      for (const groupName of groups) await client.identity.addUserToGroup.mutate({ userName: name, groupName });
    },
    onSuccess: () => navigate({ to: '/access/users/$name', params: { name }, search: { tab: 'credentials' } as never }),
    onSettled: () => queryClient.invalidateQueries(api.identity.pathFilter()),
  });
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={texts.create}
      action={texts.createAction}
      isReady={name !== ''}
      isRunning={create.isPending}
      error={create.error}
      onSubmit={() => create.mutate()}
    >
      <TextInput
        label={accessTexts.name}
        description={accessTexts.nameRule}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        required
      />
      <MultiSelect
        label={texts.groups}
        description={texts.groupsHint}
        data={(known.data?.groups ?? []).map(({ groupName }) => groupName)}
        value={groups}
        onChange={setGroups}
        searchable
      />
    </FormModal>
  );
}
