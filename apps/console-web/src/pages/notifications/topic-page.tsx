import { Button, Group, Skeleton, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconSend } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../app/api';
import { ConfirmByName } from '../../components/confirm-by-name';
import { CopyButton } from '../../components/copy-button';
import { PageHeader } from '../../components/page-header';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { commonTexts } from '../../texts/common';
import { notificationsTexts } from '../../texts/notifications';
import { targetOf } from './rule-words';
import { Subscriptions } from './subscriptions';
import { TOPICS_KEY } from './use-lists';

const texts = notificationsTexts.topics;

const route = getRouteApi('/shell/notifications/topics/$arn');

/** A topic: who has subscribed, and a test. */
export function TopicPage() {
  const { arn } = route.useParams();
  const { name } = targetOf(arn);
  const { data, error, refetch } = useQuery(api.topics.getTopicAttributes.queryOptions({ topicArn: arn }));
  return (
    <>
      <PageHeader
        area="notifications"
        tab="topics"
        title={<bdi>{name}</bdi>}
        description={data?.attributes['DisplayName'] ? <bdi>{data.attributes['DisplayName']}</bdi> : undefined}
        actions={<CopyButton value={arn} label={`${commonTexts.copy} ${arn}`} />}
      />
      <Stack gap="md">
        <Problem error={error} onRetry={() => void refetch()} />
        {!data && !error && <Skeleton height={240} />}
        {data && (
          <>
            <Subscriptions topicArn={arn} />
            <PublishForm topicArn={arn} />
            <DeleteTopic topicArn={arn} name={name} />
          </>
        )}
      </Stack>
    </>
  );
}

function PublishForm({ topicArn }: { topicArn: string }) {
  const form = useForm({ initialValues: { subject: texts.testSubject, message: texts.testMessage } });
  const { run, isRunning, error } = useAction(api.topics.publish.mutationOptions(), {
    done: texts.published,
    invalidates: [api.deliveries.pathFilter()],
    showsError: true,
  });
  return (
    <Section title={texts.publish} description={texts.publishText}>
      <form onSubmit={form.onSubmit((values) => run({ topicArn, ...values }))}>
        <Stack gap="sm" maw={640}>
          <TextInput label={texts.subject} maxLength={100} {...form.getInputProps('subject')} />
          <Textarea label={texts.message} required autosize minRows={2} maxRows={8} {...form.getInputProps('message')} />
          <Problem error={error} />
          <Group>
            <Button type="submit" variant="default" leftSection={<IconSend size={16} />} loading={isRunning}>
              {texts.publishAction}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

function DeleteTopic({ topicArn, name }: { topicArn: string; name: string }) {
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const { run, isRunning, error } = useAction(api.topics.deleteTopic.mutationOptions(), {
    done: texts.deleted,
    invalidates: [{ queryKey: TOPICS_KEY }],
    onDone: () => void navigate({ to: '/notifications', search: { tab: 'topics' } as never }),
    showsError: true,
  });
  return (
    <Group>
      <Button color="red" variant="light" onClick={() => setOpen(true)}>
        {texts.delete}
      </Button>
      <ConfirmByName
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={texts.delete}
        name={name}
        action={texts.delete}
        onConfirm={() => run({ topicArn })}
        isRunning={isRunning}
        error={error}
      >
        {texts.deleteText}
      </ConfirmByName>
    </Group>
  );
}
