import { Button, Group, Modal, Stack } from '@mantine/core';
import { IconPlus, IconWebhook } from '@tabler/icons-react';
import type { Output } from '@strongroom/console-api';
import type { Webhook } from '@strongroom/contracts/strongroom/notification/v1/webhooks';
import { useMemo, useState } from 'react';
import { api } from '../../app/api';
import { ConfirmByName } from '../../components/confirm-by-name';
import { CopyButton } from '../../components/copy-button';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { Section } from '../../components/section';
import { StatusBadge } from '../../components/status-badge';
import { useAction } from '../../components/use-action';
import { commonTexts } from '../../texts/common';
import { notificationsTexts } from '../../texts/notifications';
import { useWebhooks, WEBHOOKS_KEY } from './use-lists';
import { type NewSecret, SigningSecret } from './webhook-secret';
import { WebhookForm } from './webhook-form';
import { TestWebhook } from './webhook-test';

const texts = notificationsTexts.webhooks;
type ShownWebhook = Output<Webhook>;

/** Programs that get messages. */
export function WebhooksView() {
  const { data, error, refetch } = useWebhooks();
  const [edited, setEdited] = useState<ShownWebhook | 'new'>();
  const [removed, setRemoved] = useState<ShownWebhook>();
  const [rotated, setRotated] = useState<ShownWebhook>();
  const [secret, setSecret] = useState<NewSecret>();
  const columns = useMemo(() => columnsOf({ edit: setEdited, rotate: setRotated, remove: setRemoved }), []);
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setEdited('new')}>
      {texts.add}
    </Button>
  );
  return (
    <>
      <Section title={texts.title} description={texts.text} actions={data && data.length > 0 && add} flush>
        <DataTable
          label={texts.label}
          columns={columns}
          rows={data}
          rowKey={({ name }) => name}
          error={error}
          onRetry={() => void refetch()}
          empty={
            <EmptyState icon={IconWebhook} title={texts.empty} actions={add}>
              {texts.emptyText}
            </EmptyState>
          }
        />
      </Section>
      <Modal
        opened={edited !== undefined}
        onClose={() => setEdited(undefined)}
        title={edited === 'new' ? texts.add : texts.edit}
        closeButtonProps={{ 'aria-label': commonTexts.close }}
      >
        {edited !== undefined && (
          <WebhookForm
            webhook={edited === 'new' ? undefined : edited}
            onClose={() => setEdited(undefined)}
            onSecret={setSecret}
          />
        )}
      </Modal>
      <RotateSecret webhook={rotated} onClose={() => setRotated(undefined)} onSecret={setSecret} />
      <RemoveWebhook webhook={removed} onClose={() => setRemoved(undefined)} />
      <SigningSecret secret={secret} onClose={() => setSecret(undefined)} />
    </>
  );
}

interface Deeds {
  edit: (webhook: ShownWebhook) => void;
  rotate: (webhook: ShownWebhook) => void;
  remove: (webhook: ShownWebhook) => void;
}

const columnsOf = ({ edit, rotate, remove }: Deeds): readonly Column<ShownWebhook>[] => [
  {
    id: 'name',
    label: notificationsTexts.name,
    width: 'minmax(8rem, 1fr)',
    render: ({ name, arn }) => (
      <>
        <MachineText>{name}</MachineText>
        <CopyButton value={arn} label={`${commonTexts.copy} ${arn}`} />
      </>
    ),
  },
  { id: 'url', label: texts.url, width: 'minmax(9rem, 2fr)', render: ({ url }) => <MachineText>{url}</MachineText> },
  {
    id: 'state',
    label: texts.state,
    width: '5rem',
    render: ({ enabled }) => <StatusBadge tone={enabled ? 'good' : 'neutral'}>{enabled ? texts.on : texts.off}</StatusBadge>,
  },
  {
    id: 'rotated',
    label: texts.rotated,
    width: '7.5rem',
    wideOnly: true,
    render: ({ lastRotatedDate, createdDate }) => <Moment at={lastRotatedDate ?? createdDate} />,
  },
  {
    id: 'actions',
    label: notificationsTexts.actions,
    width: '26.5rem',
    align: 'end',
    render: (webhook) => (
      <Stack gap={4} align="flex-end">
        <Group gap={4} justify="flex-end">
          <TestWebhook name={webhook.name} />
          <Button size="compact-sm" variant="default" onClick={() => edit(webhook)}>
            {texts.edit}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => rotate(webhook)}>
            {texts.rotate}
          </Button>
          <Button size="compact-sm" variant="subtle" color="red" onClick={() => remove(webhook)}>
            {texts.delete}
          </Button>
        </Group>
      </Stack>
    ),
  },
];

interface DeedProps {
  webhook: ShownWebhook | undefined;
  onClose: () => void;
}

function RotateSecret({ webhook, onClose, onSecret }: DeedProps & { onSecret: (secret: NewSecret) => void }) {
  const { run, isRunning, error } = useAction(api.webhooks.rotateWebhookSecret.mutationOptions(), {
    invalidates: [{ queryKey: WEBHOOKS_KEY }],
    onDone: ({ signingSecret, oldUntil }) => {
      onClose();
      onSecret({ webhook: webhook?.name ?? '', value: signingSecret, oldUntil });
    },
    showsError: true,
  });
  return (
    <ConfirmByName
      opened={webhook !== undefined}
      onClose={onClose}
      title={texts.rotate}
      name={webhook?.name ?? ''}
      action={texts.rotate}
      onConfirm={() => webhook && run({ name: webhook.name })}
      isRunning={isRunning}
      error={error}
    >
      {texts.rotateText}
    </ConfirmByName>
  );
}

function RemoveWebhook({ webhook, onClose }: DeedProps) {
  const { run, isRunning, error } = useAction(api.webhooks.deleteWebhook.mutationOptions(), {
    done: texts.deleted,
    invalidates: [{ queryKey: WEBHOOKS_KEY }],
    onDone: onClose,
    showsError: true,
  });
  return (
    <ConfirmByName
      opened={webhook !== undefined}
      onClose={onClose}
      title={texts.deleteTitle}
      name={webhook?.name ?? ''}
      action={texts.deleteTitle}
      onConfirm={() => webhook && run({ name: webhook.name })}
      isRunning={isRunning}
      error={error}
    >
      {texts.deleteText}
    </ConfirmByName>
  );
}
