import { Button, Checkbox, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { Output } from '@strongroom/console-api';
import type { Webhook } from '@strongroom/contracts/strongroom/notification/v1/webhooks';
import { api } from '../../app/api';
import { Problem } from '../../components/problem';
import { useAction } from '../../components/use-action';
import { commonTexts } from '../../texts/common';
import { notificationsTexts } from '../../texts/notifications';
import { WEBHOOKS_KEY } from './use-lists';
import type { NewSecret } from './webhook-secret';

const texts = notificationsTexts.webhooks;

interface WebhookFormProps {
  /** undefined: a new one. */
  webhook: Output<Webhook> | undefined;
  onClose: () => void;
  onSecret: (secret: NewSecret) => void;
}

/** Makes a webhook, or changes one. */
export function WebhookForm({ webhook, onClose, onSecret }: WebhookFormProps) {
  const form = useForm({
    initialValues: {
      name: webhook?.name ?? '',
      url: webhook?.url ?? '',
      description: webhook?.description ?? '',
      caPem: webhook?.caPem ?? '',
      enabled: webhook?.enabled ?? true,
    },
  });
  const changes = { invalidates: [{ queryKey: WEBHOOKS_KEY }], showsError: true };
  const create = useAction(api.webhooks.createWebhook.mutationOptions(), {
    ...changes,
    done: texts.created,
    onDone: ({ signingSecret }) => {
      onClose();
      onSecret({ webhook: form.values.name, value: signingSecret });
    },
  });
  const update = useAction(api.webhooks.updateWebhook.mutationOptions(), { ...changes, done: texts.saved, onDone: onClose });
  const { isRunning, error } = webhook ? update : create;
  return (
    <form onSubmit={form.onSubmit((values) => (webhook ? update : create).run(values))}>
      <Stack gap="md">
        <TextInput
          label={notificationsTexts.name}
          description={notificationsTexts.nameHint}
          required
          maxLength={64}
          readOnly={webhook !== undefined}
          data-autofocus={webhook === undefined ? true : undefined}
          {...form.getInputProps('name')}
        />
        <TextInput label={texts.url} description={texts.urlHint} required maxLength={2_048} {...form.getInputProps('url')} />
        <TextInput label={notificationsTexts.description_} maxLength={512} {...form.getInputProps('description')} />
        <Textarea
          label={texts.ca}
          description={texts.caHint}
          autosize
          minRows={2}
          maxRows={8}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          {...form.getInputProps('caPem')}
        />
        <Checkbox label={texts.enabled} {...form.getInputProps('enabled', { type: 'checkbox' })} />
        <Problem error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {commonTexts.cancel}
          </Button>
          <Button type="submit" loading={isRunning}>
            {webhook ? texts.save : texts.add}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
