import { ActionIcon, Button, Group, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconWorld, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { OpenIDConnectProvider } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { api } from '../../app/api';
import { ConfirmByName } from '../../components/confirm-by-name';
import { EmptyState } from '../../components/empty-state';
import { FormModal } from '../../components/form-modal';
import { KeyValues } from '../../components/key-values';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { accessTexts } from '../../texts/access';
import { Arn } from './arn';

const texts = accessTexts.providers;
const invalidates = [api.identity.pathFilter()];

/** The OpenID Connect providers whose tokens become sessions. */
export function ProvidersPanel() {
  const [opened, modal] = useDisclosure(false);
  const { data, error, refetch } = useQuery(api.identity.listOpenIdConnectProviders.queryOptions({}));
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={modal.open}>
      {texts.create}
    </Button>
  );
  return (
    <Stack gap="md">
      <Group justify="flex-end">{create}</Group>
      <Problem error={error} onRetry={() => void refetch()} />
      {data?.providers.length === 0 && (
        <EmptyState title={texts.empty} icon={IconWorld}>
          {texts.emptyText}
        </EmptyState>
      )}
      {data?.providers.map((provider) => (
        <Provider key={provider.arn} provider={provider} />
      ))}
      {opened && <NewProvider onClose={modal.close} />}
    </Stack>
  );
}

function Provider({ provider }: { provider: OpenIDConnectProvider }) {
  const [removing, removal] = useDisclosure(false);
  const [adding, addition] = useDisclosure(false);
  const [clientId, setClientId] = useState('');
  const { arn, url, clientIdList, createDate } = provider;
  const add = useAction(api.identity.addClientIdToOpenIdConnectProvider.mutationOptions(), {
    ...{ showsError: true, invalidates, onDone: addition.close },
  });
  const drop = useAction(api.identity.removeClientIdFromOpenIdConnectProvider.mutationOptions(), { invalidates });
  const remove = useAction(api.identity.deleteOpenIdConnectProvider.mutationOptions(), {
    ...{ showsError: true, done: texts.deleted, invalidates, onDone: removal.close },
  });
  return (
    <Section
      title={<MachineText>{url}</MachineText>}
      actions={
        <>
          <Button size="xs" variant="light" color="red" onClick={removal.open}>
            {texts.deleteAction}
          </Button>
          <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={addition.open}>
            {texts.addClient}
          </Button>
        </>
      }
    >
      <KeyValues
        items={[
          [accessTexts.arn, <Arn key="arn" arn={arn} />],
          [
            texts.clients,
            <Stack key="clients" gap={2}>
              {clientIdList.length === 0 && <Text size="sm">–</Text>}
              {clientIdList.map((id) => (
                <Group key={id} gap={4}>
                  <MachineText>{id}</MachineText>
                  <ActionIcon
                    size={24}
                    variant="subtle"
                    color="gray"
                    aria-label={texts.removeClient(id)}
                    onClick={() => drop.run({ openIdConnectProviderArn: arn, clientId: id })}
                  >
                    <IconX size={14} />
                  </ActionIcon>
                </Group>
              ))}
            </Stack>,
          ],
          [accessTexts.created, <Moment key="created" at={createDate} />],
        ]}
      />
      <FormModal
        opened={adding}
        onClose={addition.close}
        title={texts.addClient}
        action={texts.addClient}
        isReady={clientId !== ''}
        isRunning={add.isRunning}
        error={add.error}
        onSubmit={() => add.run({ openIdConnectProviderArn: arn, clientId })}
      >
        <TextInput
          label={texts.clientId}
          description={texts.clientsHint}
          value={clientId}
          onChange={(event) => setClientId(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
      </FormModal>
      <ConfirmByName
        opened={removing}
        onClose={removal.close}
        title={texts.deleteTitle}
        name={url}
        action={texts.deleteAction}
        isRunning={remove.isRunning}
        error={remove.error}
        onConfirm={() => remove.run({ openIdConnectProviderArn: arn })}
      >
        {texts.deleteText}
      </ConfirmByName>
    </Section>
  );
}

function NewProvider({ onClose }: { onClose: () => void }) {
  const [url, setUrl] = useState('');
  const [clients, setClients] = useState<string[]>([]);
  const create = useAction(api.identity.createOpenIdConnectProvider.mutationOptions(), {
    ...{ showsError: true, done: texts.created, invalidates, onDone: onClose },
  });
  return (
    <FormModal
      opened
      onClose={onClose}
      title={texts.create}
      action={texts.createAction}
      isReady={url !== ''}
      isRunning={create.isRunning}
      error={create.error}
      onSubmit={() => create.run({ url, clientIdList: clients })}
    >
      <TextInput
        label={texts.url}
        description={texts.urlHint}
        type="url"
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        required
      />
      <TagsInput label={texts.clients} description={texts.clientsHint} value={clients} onChange={setClients} />
    </FormModal>
  );
}
