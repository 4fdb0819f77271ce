import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AccessKeyMetadata, AccessKeyStatus } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { api, client } from '../../app/api';
import { queryClient } from '../../app/query-client';
import { ConfirmByName } from '../../components/confirm-by-name';
import { CopyButton } from '../../components/copy-button';
import { type Column, DataTable } from '../../components/data-table';
import { KeyValues } from '../../components/key-values';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { StatusBadge } from '../../components/status-badge';
import { useAction } from '../../components/use-action';
import { accessTexts } from '../../texts/access';
import { Nothing } from './nothing';

const texts = accessTexts.keys;
const invalidates = [api.identity.listAccessKeys.pathFilter()];
/** The contract's numbers. Its generated module would bring gRPC into the page. */
const STATES = { active: 1, inactive: 2 } as const satisfies Record<string, AccessKeyStatus>;

/** The access keys of a user, with their last use. */
export function AccessKeys({ userName }: { userName: string }) {
  const [leaving, setLeaving] = useState<string>();
  const [shown, modal] = useDisclosure(false);
  const list = useQuery(api.identity.listAccessKeys.queryOptions({ userName }));
  // The secret stays in the state of this component alone, and goes with it.
  const create = useMutation({
    mutationFn: () => client.identity.createAccessKey.mutate({ userName }),
    gcTime: 0,
    onSuccess: modal.open,
    onSettled: () => queryClient.invalidateQueries(invalidates[0]),
  });
  const remove = useAction(api.identity.deleteAccessKey.mutationOptions(), {
    ...{ showsError: true, invalidates, done: texts.deleted },
    onDone: () => setLeaving(undefined),
  });
  const close = () => {
    modal.close();
    create.reset();
  };
  return (
    <Section
      title={texts.title}
      description={texts.hint}
      flush={list.data !== undefined && list.data.accessKeys.length > 0}
      actions={
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => create.mutate()}
          loading={create.isPending}
        >
          {texts.create}
        </Button>
      }
    >
      <Problem error={create.error} />
      <DataTable
        label={texts.title}
        columns={columnsOf(setLeaving)}
        rows={list.data?.accessKeys}
        error={list.error}
        onRetry={() => void list.refetch()}
        rowKey={({ accessKeyId }) => accessKeyId}
        maxHeight="none"
        empty={<Nothing>{texts.none}</Nothing>}
      />
      {list.data && list.data.accessKeys.length > 0 && (
        <Text size="sm" c="dimmed" p="sm">
          {texts.rotate}
        </Text>
      )}
      <Modal opened={shown} onClose={close} title={texts.shownTitle} closeOnClickOutside={false} closeOnEscape={false} size="lg">
        <Stack gap="md">
          <Text>{texts.shownText}</Text>
          {create.data && <NewKey id={create.data.accessKey!.accessKeyId} secret={create.data.secretAccessKey} />}
          <Group justify="flex-end">
            <Button onClick={close}>{texts.close}</Button>
          </Group>
        </Stack>
      </Modal>
      <ConfirmByName
        opened={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        title={texts.deleteTitle}
        name={leaving ?? ''}
        action={texts.deleteAction}
        isRunning={remove.isRunning}
        error={remove.error}
        onConfirm={() => remove.run({ userName, accessKeyId: leaving })}
      >
        {texts.deleteText}
      </ConfirmByName>
    </Section>
  );
}

function NewKey({ id, secret }: { id: string; secret: string }) {
  const [isShown, setShown] = useState(false);
  return (
    <KeyValues
      items={[
        [
          texts.id,
          <Group key="id" gap={4}>
            <MachineText>{id}</MachineText>
            <CopyButton value={id} label={texts.copyId} />
          </Group>,
        ],
        [
          texts.secret,
          <Group key="secret" gap={4}>
            <MachineText>{isShown ? secret : '•'.repeat(24)}</MachineText>
            <CopyButton value={secret} label={texts.copySecret} isSecret />
            <Button size="compact-xs" variant="subtle" onClick={() => setShown(!isShown)}>
              {isShown ? texts.hide : texts.reveal}
            </Button>
          </Group>,
        ],
      ]}
    />
  );
}

const columnsOf = (onDelete: (accessKeyId: string) => void): Column<AccessKeyMetadata>[] => [
  {
    id: 'id',
    label: texts.id,
    width: 'minmax(13rem, 2fr)',
    render: ({ accessKeyId }) => <MachineText>{accessKeyId}</MachineText>,
  },
  {
    id: 'state',
    label: texts.state,
    width: '7rem',
    render: ({ status }) =>
      Number(status) === STATES.active ? (
        <StatusBadge tone="good">{texts.active}</StatusBadge>
      ) : (
        <StatusBadge tone="neutral">{texts.inactive}</StatusBadge>
      ),
  },
  { id: 'created', label: accessTexts.created, width: '9rem', render: ({ createDate }) => <Moment at={createDate} /> },
  { id: 'used', label: texts.lastUsed, width: '9rem', render: ({ accessKeyId }) => <LastUse accessKeyId={accessKeyId} /> },
  { id: 'deeds', label: '', width: '13rem', align: 'end', render: (key) => <Deeds accessKey={key} onDelete={onDelete} /> },
];

/** By the trail, which has all that was done with a key. */
function LastUse({ accessKeyId }: { accessKeyId: string }) {
  const { data, error, isPending } = useQuery(api.audit.lookupEvents.queryOptions({ filter: { accessKeyId }, maxResults: 1 }));
  if (error) return <Text size="sm" c="dimmed" title={texts.unknownUse} children={accessTexts.unknown} />;
  return isPending ? null : <Moment at={data.events[0]?.eventTime} never={texts.neverUsed} />;
}

function Deeds({ accessKey, onDelete }: { accessKey: AccessKeyMetadata; onDelete: (accessKeyId: string) => void }) {
  const { userName, accessKeyId, status } = accessKey;
  const isActive = Number(status) === STATES.active;
  const change = useAction(api.identity.updateAccessKey.mutationOptions(), {
    invalidates,
    done: isActive ? texts.deactivated : texts.activated,
  });
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      <Button
        size="compact-sm"
        variant="default"
        loading={change.isRunning}
        onClick={() => change.run({ userName, accessKeyId, status: isActive ? STATES.inactive : STATES.active })}
      >
        {isActive ? texts.deactivate : texts.activate}
      </Button>
      <Button size="compact-sm" variant="light" color="red" onClick={() => onDelete(accessKeyId)}>
        {texts.delete}
      </Button>
    </Group>
  );
}
