import { Button, Group as Row, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconUsersGroup } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Group } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { api, client } from '../../app/api';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { FormModal } from '../../components/form-modal';
import { Moment } from '../../components/moment';
import { useAction } from '../../components/use-action';
import { usePages } from '../../components/use-pages';
import { accessTexts } from '../../texts/access';
import { NameLink } from './name-link';

const texts = accessTexts.groups;
const rowsOf = ({ groups }: { groups: Group[] }) => groups;

/** The groups of the account. */
export function GroupsPanel() {
  const navigate = useNavigate();
  const [opened, modal] = useDisclosure(false);
  const { table } = usePages({
    queryKey: [['identity', 'listGroups'], { input: {} }],
    load: (marker, signal) => client.identity.listGroups.query({ marker }, { signal }),
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
      <Row justify="flex-end">{create}</Row>
      <DataTable
        {...table}
        label={accessTexts.tabs.groups}
        columns={columns}
        rowKey={({ arn }) => arn}
        onOpen={({ groupName }) => void navigate({ to: '/access/groups/$name', params: { name: groupName } })}
        empty={
          <EmptyState title={texts.empty} icon={IconUsersGroup} actions={create}>
            {texts.emptyText}
          </EmptyState>
        }
      />
      <NewGroupModal key={String(opened)} opened={opened} onClose={modal.close} />
    </Stack>
  );
}

const columns: Column<Group>[] = [
  {
    id: 'name',
    label: accessTexts.name,
    width: 'minmax(12rem, 2fr)',
    render: ({ groupName }) => <NameLink kind="groups" id={groupName} />,
  },
  { id: 'path', label: accessTexts.path, wideOnly: true, render: ({ path }) => path },
  { id: 'created', label: accessTexts.created, width: '9rem', render: ({ createDate }) => <Moment at={createDate} /> },
];

function NewGroupModal({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const create = useAction(api.identity.createGroup.mutationOptions(), {
    showsError: true,
    done: texts.created(name),
    invalidates: [api.identity.pathFilter()],
    onDone: () => void navigate({ to: '/access/groups/$name', params: { name } }),
  });
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={texts.create}
      action={texts.createAction}
      isReady={name !== ''}
      isRunning={create.isRunning}
      error={create.error}
      onSubmit={() => create.run({ groupName: name })}
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
    </FormModal>
  );
}
