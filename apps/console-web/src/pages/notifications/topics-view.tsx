import { Anchor, Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus, IconSpeakerphone } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, client } from '../../app/api';
import { CopyButton } from '../../components/copy-button';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { MachineText } from '../../components/machine-text';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { StatusBadge } from '../../components/status-badge';
import { useAction } from '../../components/use-action';
import { commonTexts } from '../../texts/common';
import { notificationsTexts } from '../../texts/notifications';
import { targetOf } from './rule-words';
import { SUBSCRIPTIONS_KEY } from './subscriptions';
import { TOPICS_KEY, useTopics } from './use-lists';

const texts = notificationsTexts.topics;

const columns: readonly Column<string>[] = [
  {
    id: 'name',
    label: texts.topic,
    width: 'minmax(12rem, 1fr)',
    render: (arn) => (
      <>
        <Anchor renderRoot={(props) => <Link to="/notifications/topics/$arn" params={{ arn }} {...props} />}>
          <MachineText>{targetOf(arn).name}</MachineText>
        </Anchor>
        <CopyButton value={arn} label={`${commonTexts.copy} ${arn}`} />
      </>
    ),
  },
  { id: 'subscriptions', label: texts.subscriptions, width: '16rem', render: (arn) => <SubscriptionCount arn={arn} /> },
];

/** Who hears of what is published. */
export function TopicsView() {
  const navigate = useNavigate();
  const { data, error, refetch } = useTopics();
  const [isOpen, setOpen] = useState(false);
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen(true)}>
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
          rowKey={(arn) => arn}
          onOpen={(arn) => void navigate({ to: '/notifications/topics/$arn', params: { arn } })}
          error={error}
          onRetry={() => void refetch()}
          empty={
            <EmptyState icon={IconSpeakerphone} title={texts.empty} actions={add}>
              {texts.emptyText}
            </EmptyState>
          }
        />
      </Section>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={texts.add}>
        <TopicForm onClose={() => setOpen(false)} />
      </Modal>
    </>
  );
}

function SubscriptionCount({ arn }: { arn: string }) {
  const { data } = useQuery({
    queryKey: [...SUBSCRIPTIONS_KEY, 'count', arn],
    queryFn: ({ signal }) => client.topics.getTopicAttributes.query({ topicArn: arn }, { signal }),
    retry: false,
  });
  if (!data) return null;
  const { SubscriptionsConfirmed: confirmed = '0', SubscriptionsPending: pending = '0' } = data.attributes;
  return (
    <Group gap="md">
      <span>
        {confirmed} {texts.confirmed.toLowerCase()}
      </span>
      {pending !== '0' && (
        <StatusBadge tone="warning">
          {pending} {texts.pendingCount.toLowerCase()}
        </StatusBadge>
      )}
    </Group>
  );
}

function TopicForm({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const form = useForm({ initialValues: { name: '' } });
  const { run, isRunning, error } = useAction(api.topics.createTopic.mutationOptions(), {
    done: texts.created,
    invalidates: [{ queryKey: TOPICS_KEY }],
    onDone: ({ topicArn }) => {
      onClose();
      void navigate({ to: '/notifications/topics/$arn', params: { arn: topicArn } });
    },
    showsError: true,
  });
  return (
    <form onSubmit={form.onSubmit((values) => run(values))}>
      <Stack gap="md">
        <TextInput
          label={notificationsTexts.name}
          description={texts.nameHint}
          required
          maxLength={256}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Problem error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {commonTexts.cancel}
          </Button>
          <Button type="submit" loading={isRunning}>
            {texts.add}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
