import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconMailbox } from '@tabler/icons-react';
import type { Output } from '@strongroom/console-api';
import type { ListSubscriptionsByTopicResponse, Subscription } from '@strongroom/contracts/strongroom/notification/v1/topics';
import { useMemo, useState } from 'react';
import { api, client } from '../../app/api';
import { ConfirmByName } from '../../components/confirm-by-name';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { StatusBadge } from '../../components/status-badge';
import { useAction } from '../../components/use-action';
import { usePages } from '../../components/use-pages';
import { notificationsTexts } from '../../texts/notifications';

const texts = notificationsTexts.topics;
type ShownSubscription = Output<Subscription>;

/** What shows how many subscriptions a topic has. */
export const SUBSCRIPTIONS_KEY = ['notifications', 'subscriptions'] as const;
const changed = [{ queryKey: SUBSCRIPTIONS_KEY }, api.topics.listSubscriptionsByTopic.pathFilter()];

const isPending = ({ subscriptionArn }: ShownSubscription): boolean => !subscriptionArn.startsWith('arn:');

const subscriptionsOf = ({ subscriptions }: Output<ListSubscriptionsByTopicResponse>) => subscriptions;

/** Who has subscribed to a topic, and a form for more. */
export function Subscriptions({ topicArn }: { topicArn: string }) {
  const { table } = usePages({
    queryKey: [['topics', 'listSubscriptionsByTopic'], { input: { topicArn } }],
    load: (nextToken, signal) => client.topics.listSubscriptionsByTopic.query({ topicArn, nextToken }, { signal }),
    rows: subscriptionsOf,
    next: ({ nextToken }) => nextToken,
    // Somebody may follow the link of a confirmation meanwhile.
    refetchInterval: 5_000,
  });
  const [ended, setEnded] = useState<ShownSubscription>();
  const columns = useMemo(() => columnsOf(setEnded), []);
  return (
    <>
      <Section title={texts.subscriptions} flush>
        <DataTable
          label={texts.subscriptions}
          columns={columns}
          rowKey={({ subscriptionArn, protocol, endpoint }) => `${subscriptionArn} ${protocol} ${endpoint}`}
          {...table}
          empty={
            <EmptyState icon={IconMailbox} title={texts.noSubscriptions}>
              {texts.noSubscriptionsText}
            </EmptyState>
          }
        />
      </Section>
      <SubscribeForm topicArn={topicArn} />
      <Unsubscribe subscription={ended} onClose={() => setEnded(undefined)} />
    </>
  );
}

const columnsOf = (end: (subscription: ShownSubscription) => void): readonly Column<ShownSubscription>[] => [
  { id: 'endpoint', label: texts.endpoint, width: 'minmax(14rem, 2fr)', render: ({ endpoint }) => <bdi>{endpoint}</bdi> },
  { id: 'protocol', label: texts.protocol, width: '9rem', render: ({ protocol }) => texts.protocols[protocol] ?? protocol },
  {
    id: 'state',
    label: notificationsTexts.rules.state,
    width: '14rem',
    render: (subscription) =>
      isPending(subscription) ? (
        <StatusBadge tone="warning">{texts.pending}</StatusBadge>
      ) : (
        <StatusBadge tone="good">{texts.confirmed}</StatusBadge>
      ),
  },
  {
    id: 'actions',
    label: notificationsTexts.actions,
    width: '14rem',
    align: 'end',
    render: (subscription) =>
      isPending(subscription) ? (
        <SendAgain subscription={subscription} />
      ) : (
        <Button size="compact-sm" variant="subtle" color="red" onClick={() => end(subscription)}>
          {texts.unsubscribe}
        </Button>
      ),
  },
];

/** Subscribing the same once more sends the confirmation again. */
function SendAgain({ subscription: { topicArn, protocol, endpoint } }: { subscription: ShownSubscription }) {
  const { run, isRunning } = useAction(api.topics.subscribe.mutationOptions(), { done: texts.subscribed });
  return (
    <Button size="compact-sm" variant="default" loading={isRunning} onClick={() => run({ topicArn, protocol, endpoint })}>
      {texts.again}
    </Button>
  );
}

function SubscribeForm({ topicArn }: { topicArn: string }) {
  const form = useForm({ initialValues: { protocol: 'email', endpoint: '' } });
  const { run, isRunning, error } = useAction(api.topics.subscribe.mutationOptions(), {
    done: texts.subscribed,
    invalidates: changed,
    onDone: () => form.setFieldValue('endpoint', ''),
    showsError: true,
  });
  const confirmation = useForm({ initialValues: { token: '' } });
  const confirm = useAction(api.topics.confirmSubscription.mutationOptions(), {
    done: texts.confirmedNow,
    invalidates: changed,
    onDone: () => confirmation.reset(),
    showsError: true,
  });
  return (
    <>
      <Section title={texts.subscribe} description={texts.subscribeText}>
        <form onSubmit={form.onSubmit((values) => run({ topicArn, ...values }))}>
          <Stack gap="sm">
            <Group gap="sm" align="flex-end">
              <Select
                label={texts.protocol}
                data={Object.entries(texts.protocols).map(([value, label]) => ({ value, label }))}
                allowDeselect={false}
                w={200}
                {...form.getInputProps('protocol')}
              />
              <TextInput
                label={texts.endpoint}
                placeholder={texts.endpointHint[form.values.protocol]}
                required
                maxLength={2_048}
                flex={1}
                miw={220}
                {...form.getInputProps('endpoint')}
              />
              <Button type="submit" loading={isRunning}>
                {texts.subscribe}
              </Button>
            </Group>
            <Problem error={error} />
          </Stack>
        </form>
      </Section>
      <Section title={texts.confirm} description={texts.confirmText}>
        <form onSubmit={confirmation.onSubmit(({ token }) => confirm.run({ topicArn, token: token.trim() }))}>
          <Stack gap="sm">
            <Group gap="sm" align="flex-end">
              <TextInput
                label={texts.token}
                required
                autoComplete="off"
                flex={1}
                miw={220}
                {...confirmation.getInputProps('token')}
              />
              <Button type="submit" variant="default" loading={confirm.isRunning}>
                {texts.confirmAction}
              </Button>
            </Group>
            <Problem error={confirm.error} />
          </Stack>
        </form>
      </Section>
    </>
  );
}

function Unsubscribe({ subscription, onClose }: { subscription: ShownSubscription | undefined; onClose: () => void }) {
  const { run, isRunning, error } = useAction(api.topics.unsubscribe.mutationOptions(), {
    done: texts.unsubscribed,
    invalidates: changed,
    onDone: onClose,
    showsError: true,
  });
  return (
    <ConfirmByName
      opened={subscription !== undefined}
      onClose={onClose}
      title={texts.unsubscribe}
      name={subscription?.endpoint ?? ''}
      action={texts.unsubscribe}
      onConfirm={() => subscription && run({ subscriptionArn: subscription.subscriptionArn })}
      isRunning={isRunning}
      error={error}
    >
      {texts.unsubscribeText}
    </ConfirmByName>
  );
}
