import { ActionIcon, Button, Group, Select, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../app/api';
import { FormModal } from '../../components/form-modal';
import { KeyValues } from '../../components/key-values';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { PageHeader } from '../../components/page-header';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { accessTexts } from '../../texts/access';
import { Arn } from './arn';
import { AttachedPolicies } from './attached-policies';
import { InlinePolicies } from './inline-policies';
import { NameLink } from './name-link';
import { Nothing } from './nothing';
import { RemoveIdentity } from './remove-identity';
import { groupTarget } from './target';

const texts = accessTexts.groups;
const invalidates = [api.identity.pathFilter()];
const route = getRouteApi('/shell/access/groups/$name');

/** One group: its members, and what it allows them. */
export function GroupPage() {
  const { name } = route.useParams();
  const navigate = useNavigate();
  const [opened, modal] = useDisclosure(false);
  const { data, error, refetch } = useQuery(api.identity.getGroup.queryOptions({ groupName: name, maxItems: 1_000 }));
  const target = groupTarget(name);
  return (
    <>
      <PageHeader
        area="access"
        tab="groups"
        title={<MachineText>{name}</MachineText>}
        actions={
          <Button variant="light" color="red" onClick={modal.open}>
            {texts.deleteAction}
          </Button>
        }
      />
      <Problem error={error} onRetry={() => void refetch()} />
      {data && (
        <Stack gap="md">
          <Section title={accessTexts.facts}>
            <KeyValues
              items={[
                [accessTexts.arn, <Arn key="arn" arn={data.group?.arn ?? ''} />],
                [accessTexts.created, <Moment key="created" at={data.group?.createDate} />],
              ]}
            />
          </Section>
          <Members groupName={name} names={data.users.map(({ userName }) => userName)} />
          <AttachedPolicies target={target} />
          <InlinePolicies target={target} />
        </Stack>
      )}
      <RemoveIdentity
        target={target}
        opened={opened}
        onClose={modal.close}
        onDone={() => void navigate({ to: '/access', search: { tab: 'groups' } as never })}
      />
    </>
  );
}

function Members({ groupName, names }: { groupName: string; names: readonly string[] }) {
  const [opened, modal] = useDisclosure(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const users = useQuery(api.identity.listUsers.queryOptions({ maxItems: 1_000 }, { enabled: opened }));
  const add = useAction(api.identity.addUserToGroup.mutationOptions(), { showsError: true, invalidates, onDone: modal.close });
  const remove = useAction(api.identity.removeUserFromGroup.mutationOptions(), { invalidates, done: texts.left });
  return (
    <Section
      title={texts.members}
      actions={
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={modal.open}>
          {texts.add}
        </Button>
      }
    >
      {names.length === 0 && <Nothing>{texts.noMembers}</Nothing>}
      <Stack gap={6}>
        {names.map((userName) => (
          <Group key={userName} justify="space-between" wrap="nowrap">
            <NameLink kind="users" id={userName} />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`${accessTexts.remove}: ${userName}`}
              onClick={() => remove.run({ groupName, userName })}
            >
              <IconX size={16} />
            </ActionIcon>
          </Group>
        ))}
      </Stack>
      <FormModal
        opened={opened}
        onClose={modal.close}
        title={texts.add}
        action={texts.addAction}
        isReady={chosen !== null}
        isRunning={add.isRunning}
        error={add.error ?? users.error}
        onSubmit={() => add.run({ groupName, userName: chosen ?? '' })}
      >
        <Select
          label={texts.user}
          data={(users.data?.users ?? []).map(({ userName }) => userName).filter((name) => !names.includes(name))}
          value={chosen}
          onChange={setChosen}
          searchable
          data-autofocus
        />
      </FormModal>
    </Section>
  );
}
