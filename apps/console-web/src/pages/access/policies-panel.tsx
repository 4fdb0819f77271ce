import { Button, Group, Stack, Switch, Text } from '@mantine/core';
import { IconFileText, IconPlus } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Policy } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { client } from '../../app/api';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { Moment } from '../../components/moment';
import { usePages } from '../../components/use-pages';
import { useSearchState } from '../../components/use-search-state';
import { accessTexts } from '../../texts/access';
import { NameLink } from './name-link';
import { isBuiltIn } from './policy-arn';

const texts = accessTexts.policies;
const rowsOf = ({ policies }: { policies: Policy[] }) => policies;
const defaults = { own: false };

/** The managed policies of the account, and those that are built in. */
export function PoliciesPanel() {
  const navigate = useNavigate();
  const [{ own }, change] = useSearchState(defaults);
  const { table } = usePages({
    queryKey: [['identity', 'listPolicies'], { input: { onlyLocal: own } }],
    load: (marker, signal) => client.identity.listPolicies.query({ marker, onlyLocal: own }, { signal }),
    rows: rowsOf,
    next: ({ marker }) => marker,
  });
  const create = (
    <Button leftSection={<IconPlus size={16} />} renderRoot={(props) => <Link to="/access/new-policy" {...props} />}>
      {texts.create}
    </Button>
  );
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Switch label={texts.ownOnly} checked={own} onChange={(event) => change({ own: event.currentTarget.checked })} />
        {create}
      </Group>
      <DataTable
        {...table}
        label={accessTexts.tabs.policies}
        columns={columns}
        rowKey={({ arn }) => arn}
        onOpen={({ arn }) => void navigate({ to: '/access/policies/$arn', params: { arn } })}
        empty={<EmptyState title={texts.empty} icon={IconFileText} actions={create} />}
      />
    </Stack>
  );
}

const columns: Column<Policy>[] = [
  {
    id: 'name',
    label: accessTexts.name,
    width: 'minmax(14rem, 2fr)',
    render: ({ arn, policyName }) => <NameLink kind="policies" id={arn} label={policyName} />,
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
    id: 'kind',
    label: texts.kind,
    width: '6rem',
    render: ({ arn }) => (isBuiltIn(arn) ? texts.builtIn : texts.own),
  },
  { id: 'used', label: texts.used, width: '8rem', render: ({ attachmentCount }) => texts.uses(attachmentCount) },
  { id: 'changed', label: texts.changed, width: '9rem', wideOnly: true, render: ({ updateDate }) => <Moment at={updateDate} /> },
];
