import { Alert, Anchor, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconBellOff, IconBellRinging, IconFeather, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Output } from '@strongroom/console-api';
import type { SecretListEntry } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { useState } from 'react';
import { api, client } from '../../app/api';
import { ArnLink } from '../../components/arn-link';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { Moment } from '../../components/moment';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { commonTexts } from '../../texts/common';
import { notificationsTexts } from '../../texts/notifications';
import { eventColumns } from '../trail/event-columns';
import { canaryReadsOf, CANARY_RULE, CANARY_TAG } from './canaries';
import { ruleStateOf } from './rule-words';

const texts = notificationsTexts.canaries;

const columns: readonly Column<Output<SecretListEntry>>[] = [
  { id: 'name', label: texts.name, width: 'minmax(14rem, 2fr)', render: ({ arn, name }) => <ArnLink arn={arn} label={name} /> },
  { id: 'created', label: texts.created, width: '10rem', render: ({ createdDate }) => <Moment at={createdDate} /> },
  {
    id: 'read',
    label: texts.lastRead,
    width: '10rem',
    render: ({ lastAccessedDate }) => <Moment at={lastAccessedDate} never={texts.never} precision="day" />,
  },
];

/** Secrets that nobody has a reason to read, and who read them nevertheless. */
export function CanariesView() {
  const [isOpen, setOpen] = useState(false);
  const filters = [
    { key: 'tag-key', values: [CANARY_TAG] },
    { key: 'tag-value', values: ['true'] },
  ];
  const { data, error, refetch } = useQuery(api.secrets.listSecrets.queryOptions({ filters, maxResults: 100 }));
  // A filter of values is about all tags of a secret.
  const canaries = data?.secretList.filter(({ tags }) => tags.some(({ key, value }) => key === CANARY_TAG && value === 'true'));
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen(true)}>
      {texts.add}
    </Button>
  );
  return (
    <Stack gap="md">
      <RuleState />
      <Section title={texts.title} description={texts.text} actions={canaries && canaries.length > 0 && add} flush>
        <DataTable
          label={texts.label}
          columns={columns}
          rows={canaries}
          rowKey={({ arn }) => arn}
          error={error}
          onRetry={() => void refetch()}
          empty={
            <EmptyState icon={IconFeather} title={texts.empty} actions={add}>
              {texts.emptyText}
            </EmptyState>
          }
        />
      </Section>
      {canaries && canaries.length > 0 && <Reads arns={canaries.map(({ arn }) => arn)} />}
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={texts.add}>
        <CanaryForm onClose={() => setOpen(false)} />
      </Modal>
    </Stack>
  );
}

/** Whether anybody is told of a read. */
function RuleState() {
  const rule = useQuery(api.rules.describeRule.queryOptions({ name: CANARY_RULE }));
  const targets = useQuery(api.rules.listTargetsByRule.queryOptions({ rule: CANARY_RULE }));
  if (!rule.data || !targets.data) return null;
  const isOff = ruleStateOf(rule.data) === 'off';
  const isSilent = !isOff && targets.data.targets.length === 0;
  const isFine = !isOff && !isSilent;
  return (
    <Alert
      variant="light"
      color={isFine ? undefined : 'yellow'}
      icon={isFine ? <IconBellRinging size={18} /> : <IconBellOff size={18} />}
    >
      {isOff ? texts.ruleOff : isSilent ? texts.ruleSilent : texts.ruleOn}{' '}
      <Anchor renderRoot={(props) => <Link to="/notifications/rules/$name" params={{ name: CANARY_RULE }} {...props} />}>
        {texts.openRule}
      </Anchor>
    </Alert>
  );
}

function Reads({ arns }: { arns: readonly string[] }) {
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery({
    queryKey: ['notifications', 'canary-reads', arns],
    queryFn: ({ signal }) =>
      canaryReadsOf(arns, (filter) => client.audit.lookupEvents.query({ filter, maxResults: 50 }, { signal }), Date.now()),
  });
  return (
    <Section title={texts.reads} description={texts.readsText} flush>
      <DataTable
        label={texts.reads}
        columns={eventColumns}
        rows={data}
        rowKey={({ eventId }) => eventId}
        onOpen={({ eventId }) => void navigate({ to: '/trail/events/$eventId', params: { eventId } })}
        error={error}
        onRetry={() => void refetch()}
        maxHeight="24rem"
        empty={<EmptyState title={texts.noReads}>{texts.noReadsText}</EmptyState>}
      />
    </Section>
  );
}

/** Opens nothing, and looks as if it did. */
const bait = (): string => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(24))));

function CanaryForm({ onClose }: { onClose: () => void }) {
  const form = useForm({ initialValues: { name: '' } });
  const { run, isRunning, error } = useAction(api.secrets.createSecret.mutationOptions(), {
    done: texts.planted,
    invalidates: [api.secrets.listSecrets.pathFilter()],
    onDone: onClose,
    showsError: true,
  });
  const plant = ({ name }: { name: string }) =>
    run({
      name,
      value: { value: { $case: 'secretString', value: bait() } },
      tags: [{ key: CANARY_TAG, value: 'true' }],
    });
  return (
    <form onSubmit={form.onSubmit(plant)}>
      <Stack gap="md">
        <TextInput
          label={notificationsTexts.name}
          description={texts.nameHint}
          required
          maxLength={512}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Text size="sm" c="dimmed">
          {texts.valueText}
        </Text>
        <Problem error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {commonTexts.cancel}
          </Button>
          <Button type="submit" loading={isRunning}>
            {texts.plant}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
