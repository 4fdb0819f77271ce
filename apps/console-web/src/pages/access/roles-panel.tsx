import { Button, Group, Stack, Text } from '@mantine/core';
import { IconPlus, IconUserShield } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Role } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { client } from '../../app/api';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { Moment } from '../../components/moment';
import { usePages } from '../../components/use-pages';
import { accessTexts } from '../../texts/access';
import { NameLink } from './name-link';

const texts = accessTexts.roles;
const rowsOf = ({ roles }: { roles: Role[] }) => roles;

/** The roles of the account. */
export function RolesPanel() {
  const navigate = useNavigate();
  const { table } = usePages({
    queryKey: [['identity', 'listRoles'], { input: {} }],
    load: (marker, signal) => client.identity.listRoles.query({ marker }, { signal }),
    rows: rowsOf,
    next: ({ marker }) => marker,
  });
  const create = (
    <Button leftSection={<IconPlus size={16} />} renderRoot={(props) => <Link to="/access/new-role" {...props} />}>
      {texts.create}
    </Button>
  );
  return (
    <Stack gap="md">
      <Group justify="flex-end">{create}</Group>
      <DataTable
        {...table}
        label={accessTexts.tabs.roles}
        columns={columns}
        rowKey={({ arn }) => arn}
        onOpen={({ roleName }) => void navigate({ to: '/access/roles/$name', params: { name: roleName } })}
        empty={
          <EmptyState title={texts.empty} icon={IconUserShield} actions={create}>
            {texts.emptyText}
          </EmptyState>
        }
      />
    </Stack>
  );
}

const columns: Column<Role>[] = [
  {
    id: 'name',
    label: accessTexts.name,
    width: 'minmax(12rem, 2fr)',
    render: ({ roleName }) => <NameLink kind="roles" id={roleName} />,
  },
  {
    id: 'description',
    label: accessTexts.descriptionLabel,
    width: 'minmax(8rem, 2fr)',
    wideOnly: true,
    render: ({ description }) => (
      <Text size="sm" c="dimmed" truncate title={description}>
        <bdi>{description}</bdi>
      </Text>
    ),
  },
  {
    id: 'maxSession',
    label: texts.maxSession,
    width: '9rem',
    wideOnly: true,
    render: ({ maxSessionDuration }) => texts.hours(maxSessionDuration),
  },
  { id: 'created', label: accessTexts.created, width: '9rem', render: ({ createDate }) => <Moment at={createDate} /> },
];
