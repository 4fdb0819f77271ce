import { ActionIcon, Button, Group, Select, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../app/api';
import { FormModal } from '../../components/form-modal';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { accessTexts } from '../../texts/access';
import { NameLink } from './name-link';
import { Nothing } from './nothing';

const texts = accessTexts.groups;
const invalidates = [api.identity.pathFilter()];

/** The groups that a user is in. */
export function GroupsOfUser({ userName }: { userName: string }) {
  const [opened, modal] = useDisclosure(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const mine = useQuery(api.identity.listGroupsForUser.queryOptions({ userName, maxItems: 1_000 }));
  const all = useQuery(api.identity.listGroups.queryOptions({ maxItems: 1_000 }, { enabled: opened }));
  const add = useAction(api.identity.addUserToGroup.mutationOptions(), { showsError: true, invalidates, onDone: modal.close });
  const leave = useAction(api.identity.removeUserFromGroup.mutationOptions(), { invalidates, done: texts.left });
  const names = (mine.data?.groups ?? []).map(({ groupName }) => groupName);
  return (
    <Section
      title={accessTexts.tabs.groups}
      actions={
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={modal.open}>
          {texts.join}
        </Button>
      }
    >
      <Problem error={mine.error} onRetry={() => void mine.refetch()} />
      {mine.data && names.length === 0 && <Nothing>{texts.none}</Nothing>}
      <Stack gap={6}>
        {names.map((groupName) => (
          <Group key={groupName} justify="space-between" wrap="nowrap">
            <NameLink kind="groups" id={groupName} />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`${accessTexts.remove}: ${groupName}`}
              onClick={() => leave.run({ groupName, userName })}
            >
              <IconX size={16} />
            </ActionIcon>
          </Group>
        ))}
      </Stack>
      <FormModal
        opened={opened}
        onClose={modal.close}
        title={texts.join}
        action={texts.addAction}
        isReady={chosen !== null}
        isRunning={add.isRunning}
        error={add.error ?? all.error}
        onSubmit={() => add.run({ groupName: chosen ?? '', userName })}
      >
        <Select
          label={texts.group}
          data={(all.data?.groups ?? []).map(({ groupName }) => groupName).filter((name) => !names.includes(name))}
          value={chosen}
          onChange={setChosen}
          searchable
          data-autofocus
        />
      </FormModal>
    </Section>
  );
}
