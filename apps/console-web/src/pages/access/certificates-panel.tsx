import { Button, Group, SegmentedControl, Select, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCertificate, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CertificateBinding } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { api, client } from '../../app/api';
import { ConfirmByName } from '../../components/confirm-by-name';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { FormModal } from '../../components/form-modal';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { usePages } from '../../components/use-pages';
import { accessTexts } from '../../texts/access';
import { NameLink } from './name-link';
import { Nothing } from './nothing';
import { roleTarget, type Target, userTarget } from './target';

const texts = accessTexts.certificates;
const invalidates = [api.identity.listCertificateBindings.pathFilter()];
const rowsOf = ({ bindings }: { bindings: CertificateBinding[] }) => bindings;

const useBindings = () =>
  usePages({
    queryKey: [['identity', 'listCertificateBindings'], { input: {} }],
    load: (marker, signal) => client.identity.listCertificateBindings.query({ marker, maxItems: 1_000 }, { signal }),
    rows: rowsOf,
    next: ({ marker }) => marker,
  });

/** All bound certificates of the account. */
export function CertificatesPanel() {
  const { table } = useBindings();
  return (
    <Stack gap="md">
      <Group justify="flex-end">
        <BindButton isMain />
      </Group>
      <Bindings {...table} withTarget />
    </Stack>
  );
}

/** The certificates of one user or role. */
export function BoundCertificates({ target }: { target: Target }) {
  const { table } = useBindings();
  const own = table.rows?.filter(
    (binding) =>
      binding.target?.entity?.$case === target.entity.$case &&
      binding.target.entity.value.toLowerCase() === target.entity.value.toLowerCase(),
  );
  return (
    <Section title={texts.title} description={texts.hint} flush={(own?.length ?? 0) > 0} actions={<BindButton target={target} />}>
      <Bindings {...table} rows={own} />
    </Section>
  );
}

type BindingsProps = ReturnType<typeof useBindings>['table'] & { withTarget?: boolean };

function Bindings({ withTarget = false, ...table }: BindingsProps) {
  const [leaving, setLeaving] = useState<string>();
  const unbind = useAction(api.identity.unbindCertificate.mutationOptions(), {
    ...{ showsError: true, done: texts.unbound, invalidates },
    onDone: () => setLeaving(undefined),
  });
  return (
    <>
      <DataTable
        {...table}
        label={texts.title}
        columns={withTarget ? [uriColumn, targetColumn, ...columnsOf(setLeaving)] : [uriColumn, ...columnsOf(setLeaving)]}
        rowKey={({ uri }) => uri}
        maxHeight={withTarget ? undefined : 'none'}
        empty={withTarget ? <EmptyState title={texts.none} icon={IconCertificate} /> : <Nothing>{texts.none}</Nothing>}
      />
      <ConfirmByName
        opened={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        title={texts.unbindTitle}
        name={leaving ?? ''}
        action={texts.unbind}
        isRunning={unbind.isRunning}
        error={unbind.error}
        onConfirm={() => unbind.run({ uri: leaving })}
      >
        {texts.unbindText}
      </ConfirmByName>
    </>
  );
}

const uriColumn: Column<CertificateBinding> = {
  id: 'uri',
  label: texts.uri,
  width: 'minmax(14rem, 3fr)',
  render: ({ uri }) => <MachineText>{uri}</MachineText>,
};
const targetColumn: Column<CertificateBinding> = {
  id: 'target',
  label: texts.to,
  render: ({ target }) => {
    const entity = target?.entity;
    if (!entity) return null;
    return <NameLink kind={entity.$case === 'roleName' ? 'roles' : 'users'} id={entity.value} />;
  },
};
const columnsOf = (onUnbind: (uri: string) => void): Column<CertificateBinding>[] => [
  { id: 'created', label: accessTexts.created, width: '9rem', render: ({ createDate }) => <Moment at={createDate} /> },
  {
    id: 'deeds',
    label: '',
    width: '7rem',
    align: 'end',
    render: ({ uri }) => (
      <Button size="compact-sm" variant="light" color="red" onClick={() => onUnbind(uri)}>
        {texts.unbind}
      </Button>
    ),
  },
];

function BindButton({ target, isMain = false }: { target?: Target; isMain?: boolean }) {
  const [opened, modal] = useDisclosure(false);
  return (
    <>
      <Button
        size={isMain ? 'sm' : 'xs'}
        variant={isMain ? 'filled' : 'default'}
        leftSection={<IconPlus size={14} />}
        onClick={modal.open}
      >
        {texts.bind}
      </Button>
      {opened && <BindModal target={target} onClose={modal.close} />}
    </>
  );
}

function BindModal({ target, onClose }: { target?: Target; onClose: () => void }) {
  const [uri, setUri] = useState('');
  const [kind, setKind] = useState<'user' | 'role'>('user');
  const [name, setName] = useState<string | null>(null);
  const users = useQuery(api.identity.listUsers.queryOptions({ maxItems: 1_000 }, { enabled: !target && kind === 'user' }));
  const roles = useQuery(api.identity.listRoles.queryOptions({ maxItems: 1_000 }, { enabled: !target && kind === 'role' }));
  const names =
    kind === 'user' ? users.data?.users.map(({ userName }) => userName) : roles.data?.roles.map(({ roleName }) => roleName);
  const chosen = target ?? (name === null ? undefined : kind === 'user' ? userTarget(name) : roleTarget(name));
  const bind = useAction(api.identity.bindCertificate.mutationOptions(), {
    ...{ showsError: true, done: texts.bound, invalidates, onDone: onClose },
  });
  return (
    <FormModal
      opened
      onClose={onClose}
      title={texts.bind}
      action={texts.bindAction}
      isReady={uri !== '' && chosen !== undefined}
      isRunning={bind.isRunning}
      error={bind.error}
      onSubmit={() => bind.run({ uri, target: chosen })}
    >
      <TextInput
        label={texts.uri}
        description={texts.uriHint}
        value={uri}
        onChange={(event) => setUri(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
      {!target && (
        <>
          <SegmentedControl
            aria-label={texts.kind}
            data={[
              { value: 'user', label: texts.user },
              { value: 'role', label: texts.role },
            ]}
            value={kind}
            onChange={(next) => {
              setKind(next === 'role' ? 'role' : 'user');
              setName(null);
            }}
          />
          <Select key={kind} label={texts.to} data={names ?? []} value={name} onChange={setName} searchable />
        </>
      )}
    </FormModal>
  );
}
