import { Autocomplete, Button, Group, MultiSelect, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { GrantListEntry, KeyMetadata } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { api, client } from '../../app/api';
import { ArnLink } from '../../components/arn-link';
import { ConfirmByName } from '../../components/confirm-by-name';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { FormModal } from '../../components/form-modal';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { type PairDraft, PairsInput } from '../../components/pairs-input';
import { useAction } from '../../components/use-action';
import { usePages } from '../../components/use-pages';
import { keysTexts } from '../../texts/keys';
import { grantOperations } from './key-choices';

const texts = keysTexts.grants;
const invalidates = [api.keys.listGrants.pathFilter()];
const rowsOf = ({ grants }: { grants: GrantListEntry[] }) => grants;

/** What principals may do with a key beside its policy. */
export function KeyGrants({ metadata }: { metadata: KeyMetadata }) {
  const { keyId } = metadata;
  const [opened, modal] = useDisclosure(false);
  const [leaving, setLeaving] = useState<GrantListEntry>();
  const { table } = usePages({
    queryKey: [['keys', 'listGrants'], { input: { keyId } }],
    load: (marker, signal) => client.keys.listGrants.query({ keyId, marker, limit: 100 }, { signal }),
    rows: rowsOf,
    next: ({ truncated, nextMarker }) => (truncated ? nextMarker : undefined),
  });
  const revoke = useAction(api.keys.revokeGrant.mutationOptions(), {
    ...{ showsError: true, done: texts.revoked, invalidates },
    onDone: () => setLeaving(undefined),
  });
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={modal.open}>
      {texts.create}
    </Button>
  );
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {texts.hint}
        </Text>
        {create}
      </Group>
      <DataTable
        {...table}
        label={texts.title}
        columns={columnsOf(setLeaving)}
        rowKey={({ grantId }) => grantId}
        empty={<EmptyState title={texts.none}>{texts.hint}</EmptyState>}
      />
      {opened && <NewGrant metadata={metadata} onClose={modal.close} />}
      <ConfirmByName
        opened={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        title={texts.revokeTitle}
        name={leaving?.name || (leaving?.grantId.slice(0, 8) ?? '')}
        action={texts.revoke}
        isRunning={revoke.isRunning}
        error={revoke.error}
        onConfirm={() => revoke.run({ keyId, grantId: leaving?.grantId })}
      >
        {texts.revokeText}
      </ConfirmByName>
    </Stack>
  );
}

const columnsOf = (onRevoke: (grant: GrantListEntry) => void): Column<GrantListEntry>[] => [
  {
    id: 'grantee',
    label: texts.grantee,
    width: 'minmax(12rem, 2fr)',
    render: ({ granteePrincipal, granteeServicePrincipal }) => <ArnLink arn={granteePrincipal || granteeServicePrincipal} />,
  },
  {
    id: 'operations',
    label: texts.operations,
    width: 'minmax(12rem, 2fr)',
    render: ({ operations }) => <Text size="sm">{operations.join(', ')}</Text>,
  },
  { id: 'constraints', label: texts.constraints, wideOnly: true, render: (grant) => <Constraints grant={grant} /> },
  {
    id: 'name',
    label: texts.name,
    width: '10rem',
    render: ({ name, grantId }) => (
      <MachineText>
        <span title={grantId}>{name || `${grantId.slice(0, 8)}…`}</span>
      </MachineText>
    ),
  },
  { id: 'made', label: texts.made, width: '9rem', wideOnly: true, render: ({ creationDate }) => <Moment at={creationDate} /> },
  {
    id: 'deeds',
    label: '',
    width: '7rem',
    align: 'end',
    render: (grant) => (
      <Button size="compact-sm" variant="light" color="red" onClick={() => onRevoke(grant)}>
        {texts.revoke}
      </Button>
    ),
  },
];

function Constraints({ grant: { constraints } }: { grant: GrantListEntry }) {
  const written = (pairs: Readonly<Record<string, string>>) =>
    Object.entries(pairs)
      .map(([key, value]) => `${key}=${value}`)
      .join(', ');
  const parts = [
    [texts.equals, written(constraints?.encryptionContextEquals ?? {})],
    [texts.subset, written(constraints?.encryptionContextSubset ?? {})],
    [texts.for, constraints?.sourceArn ?? ''],
  ].filter(([, value]) => value);
  return <Text size="sm">{parts.map((part) => part.join(' ')).join('; ')}</Text>;
}

function NewGrant({ metadata, onClose }: { metadata: KeyMetadata; onClose: () => void }) {
  const { keyId, keyUsage, keySpec } = metadata;
  const [grantee, setGrantee] = useState('');
  const [operations, setOperations] = useState<string[]>([]);
  const [name, setName] = useState('');
  const [retiring, setRetiring] = useState('');
  const [context, setContext] = useState<PairDraft[]>([]);
  const users = useQuery(api.identity.listUsers.queryOptions({ maxItems: 1_000 }));
  const roles = useQuery(api.identity.listRoles.queryOptions({ maxItems: 1_000 }));
  const arns = [...(users.data?.users ?? []), ...(roles.data?.roles ?? [])].map(({ arn }) => arn);
  const create = useAction(api.keys.createGrant.mutationOptions(), {
    ...{ showsError: true, done: texts.created, invalidates, onDone: onClose },
  });
  const pairs = Object.fromEntries(context.filter(({ key }) => key !== '').map(({ key, value }) => [key, value]));
  return (
    <FormModal
      opened
      onClose={onClose}
      size="lg"
      title={texts.create}
      action={texts.createAction}
      isReady={grantee !== '' && operations.length > 0}
      isRunning={create.isRunning}
      error={create.error}
      onSubmit={() =>
        create.run({
          ...{ keyId, granteePrincipal: grantee, operations, name, retiringPrincipal: retiring },
          ...(Object.keys(pairs).length > 0 && { constraints: { encryptionContextSubset: pairs } }),
        })
      }
    >
      <Autocomplete
        label={texts.grantee}
        description={texts.granteeHint}
        data={arns}
        limit={8}
        value={grantee}
        onChange={setGrantee}
        data-autofocus
        required
      />
      <MultiSelect
        label={texts.operations}
        data={grantOperations(keyUsage)}
        value={operations}
        onChange={setOperations}
        searchable
        required
      />
      <TextInput
        label={texts.name}
        description={texts.nameHint}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        autoComplete="off"
      />
      <Autocomplete
        label={texts.retiring}
        description={texts.granteeHint}
        data={arns}
        limit={8}
        value={retiring}
        onChange={setRetiring}
      />
      {keySpec === 'SYMMETRIC_DEFAULT' && (
        <PairsInput label={texts.context} description={texts.contextHint} pairs={context} onChange={setContext} max={8} />
      )}
    </FormModal>
  );
}
