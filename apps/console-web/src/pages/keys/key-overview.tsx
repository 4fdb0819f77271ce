import { ActionIcon, Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { KeyManager, type KeyMetadata } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { api, client } from '../../app/api';
import { queryClient } from '../../app/query-client';
import { CopyButton } from '../../components/copy-button';
import { FormModal } from '../../components/form-modal';
import { KeyValues } from '../../components/key-values';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { TagsSection } from '../../components/tags-section';
import { useAction } from '../../components/use-action';
import { keysTexts } from '../../texts/keys';
import { usageText } from './key-words';

const texts = keysTexts.facts;
const invalidates = [api.keys.pathFilter()];

/** What a key is, its names and its tags. */
export function KeyOverview({ metadata }: { metadata: KeyMetadata }) {
  const { keyId } = metadata;
  const tags = useQuery(api.keys.listResourceTags.queryOptions({ keyId, limit: 50 }));
  return (
    <Stack gap="md">
      <Facts metadata={metadata} />
      <Aliases metadata={metadata} />
      <Problem error={tags.error} onRetry={() => void tags.refetch()} />
      {tags.data && (
        <TagsSection
          tags={tags.data.tags}
          onChange={async (set, tagKeys) => {
            if (set.length > 0) await client.keys.tagResource.mutate({ keyId, tags: set });
            if (tagKeys.length > 0) await client.keys.untagResource.mutate({ keyId, tagKeys });
            await queryClient.invalidateQueries(api.keys.listResourceTags.pathFilter());
          }}
        />
      )}
    </Stack>
  );
}

function Facts({ metadata }: { metadata: KeyMetadata }) {
  const [opened, modal] = useDisclosure(false);
  const [description, setDescription] = useState('');
  const { keyId } = metadata;
  const usage = useQuery(api.keys.getKeyLastUsage.queryOptions({ keyId }, { retry: false }));
  const update = useAction(api.keys.updateKeyDescription.mutationOptions(), {
    ...{ showsError: true, invalidates, onDone: modal.close },
  });
  const algorithms = [
    ...[...metadata.encryptionAlgorithms, ...metadata.signingAlgorithms, ...metadata.macAlgorithms],
    ...[...metadata.keyAgreementAlgorithms, ...metadata.encapsulationAlgorithms],
  ];
  const isOwn = metadata.keyManager !== KeyManager.AWS;
  const last = usage.data?.keyLastUsage;
  return (
    <Section
      title={texts.title}
      actions={
        isOwn && (
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              setDescription(metadata.description);
              modal.open();
            }}
          >
            {texts.edit}
          </Button>
        )
      }
    >
      <KeyValues
        items={[
          [texts.description, metadata.description ? <bdi key="description">{metadata.description}</bdi> : undefined],
          [
            texts.arn,
            <Group key="arn" gap={4} wrap="nowrap">
              <MachineText>{metadata.arn}</MachineText>
              <CopyButton value={metadata.arn} label={texts.copyArn} />
            </Group>,
          ],
          [texts.spec, <MachineText key="spec">{metadata.keySpec}</MachineText>],
          [texts.usage, usageText(metadata.keyUsage)],
          [texts.algorithms, algorithms.join(', ')],
          [texts.origin, metadata.origin === 'EXTERNAL' ? texts.originImported : texts.originOwn],
          [texts.manager, isOwn ? texts.managerOwn : texts.managerAws],
          [
            texts.material,
            metadata.currentKeyMaterialVersion > 0
              ? texts.version(metadata.currentKeyMaterialVersion, metadata.currentKeyMaterialId)
              : undefined,
          ],
          [texts.created, <Moment key="created" at={metadata.creationDate} />],
          [
            texts.lastUsed,
            usage.error ? undefined : (
              <Group key="used" gap={6}>
                <Moment at={last?.timestamp} never={texts.neverUsed} />
                {last && <MachineText>{last.operation}</MachineText>}
              </Group>
            ),
          ],
          [texts.expires, metadata.validTo && <Moment key="expires" at={metadata.validTo} />],
          [texts.deletion, metadata.deletionDate && <Moment key="deletion" at={metadata.deletionDate} />],
        ]}
      />
      <FormModal
        opened={opened}
        onClose={modal.close}
        title={texts.edit}
        action={texts.save}
        isRunning={update.isRunning}
        error={update.error}
        onSubmit={() => update.run({ keyId, description })}
      >
        <Textarea
          label={texts.description}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
          autosize
          minRows={3}
          data-autofocus
        />
      </FormModal>
    </Section>
  );
}

function Aliases({ metadata: { keyId, keyManager } }: { metadata: KeyMetadata }) {
  const texts = keysTexts.aliases;
  const [opened, modal] = useDisclosure(false);
  const [name, setName] = useState('');
  const { data, error, refetch } = useQuery(api.keys.listAliases.queryOptions({ keyId, limit: 100 }));
  const create = useAction(api.keys.createAlias.mutationOptions(), {
    ...{ showsError: true, invalidates, onDone: modal.close },
  });
  const remove = useAction(api.keys.deleteAlias.mutationOptions(), {
    invalidates,
    done: (_answer, request) => texts.deleted((request ?? {}).aliasName ?? ''),
  });
  return (
    <Section
      title={texts.title}
      actions={
        keyManager !== KeyManager.AWS && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => {
              setName('');
              modal.open();
            }}
          >
            {texts.add}
          </Button>
        )
      }
    >
      <Problem error={error} onRetry={() => void refetch()} />
      {data?.aliases.length === 0 && (
        <Text size="sm" c="dimmed">
          {texts.none}
        </Text>
      )}
      <Stack gap={4}>
        {data?.aliases.map(({ aliasName }) => (
          <Group key={aliasName} justify="space-between" wrap="nowrap">
            <MachineText>{aliasName}</MachineText>
            {!aliasName.startsWith('alias/aws/') && (
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={texts.delete(aliasName)}
                title={texts.delete(aliasName)}
                onClick={() => remove.run({ aliasName })}
              >
                <IconX size={16} />
              </ActionIcon>
            )}
          </Group>
        ))}
      </Stack>
      <FormModal
        opened={opened}
        onClose={modal.close}
        title={texts.add}
        action={texts.addAction}
        isReady={name !== ''}
        isRunning={create.isRunning}
        error={create.error}
        onSubmit={() => create.run({ aliasName: `alias/${name}`, targetKeyId: keyId })}
      >
        <TextInput
          label={texts.name}
          description={keysTexts.create.aliasHint}
          leftSection="alias/"
          leftSectionWidth={52}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
      </FormModal>
    </Section>
  );
}
