import { Button, Group, Radio, SegmentedControl, Select, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { KeyUsage } from '@strongroom/key-algorithms/specs';
import { api, client } from '../../app/api';
import { problemOf } from '../../app/api-error';
import { queryClient } from '../../app/query-client';
import { usePerson } from '../../app/session';
import { PageHeader } from '../../components/page-header';
import { type PairDraft, PairsInput } from '../../components/pairs-input';
import { isSoundPolicy, PolicyEditor } from '../../components/policy-editor/policy-editor';
import { Problem } from '../../components/problem';
import { commonTexts } from '../../texts/common';
import { keysTexts } from '../../texts/keys';
import { KEY_USAGES, specsFor } from './key-choices';
import { keyPolicyExamples } from './key-policy-examples';

const texts = keysTexts.create;
const ALIAS = 'alias/';

/** Creates a key by what it is for. */
export function NewKeyPage() {
  const navigate = useNavigate();
  const { accountId } = usePerson();
  const [usage, setUsage] = useState<KeyUsage>('ENCRYPT_DECRYPT');
  const [spec, setSpec] = useState('SYMMETRIC_DEFAULT');
  const [origin, setOrigin] = useState('AWS_KMS');
  const [alias, setAlias] = useState('');
  const [description, setDescription] = useState('');
  const [tags, setTags] = useState<PairDraft[]>([]);
  const [policy, setPolicy] = useState<string>();
  const examples = keyPolicyExamples(accountId);
  const choose = (next: KeyUsage) => {
    setUsage(next);
    setSpec(specsFor(next)[0]!.items[0]!);
  };
  const create = useMutation({
    mutationFn: async () => {
      const { keyMetadata } = await client.keys.createKey.mutate({
        ...{ keySpec: spec, keyUsage: usage, origin, description, policy },
        tags: tags.filter(({ key }) => key !== ''),
      });
      const { keyId } = keyMetadata!;
      if (alias) {
        // The key is there, whatever comes of its name.
        await client.keys.createAlias.mutate({ aliasName: `${ALIAS}${alias}`, targetKeyId: keyId }).catch((error: unknown) => {
          notifications.show({ color: 'red', title: texts.aliasFailed, message: problemOf(error).message });
        });
      }
      return keyId;
    },
    onSuccess: (id) => {
      notifications.show({ message: texts.created });
      void navigate({ to: '/keys/$id', params: { id } });
    },
    onSettled: () => queryClient.invalidateQueries(api.keys.pathFilter()),
  });
  const isReady = policy === undefined || isSoundPolicy(policy, { kind: 'resource' });
  return (
    <>
      <PageHeader area="keys" title={texts.title} description={keysTexts.description} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <Stack gap="md" maw={policy === undefined ? 720 : undefined}>
          <Radio.Group label={texts.usage} value={usage} onChange={(value) => choose(value)}>
            <Stack gap={6} mt={6}>
              {KEY_USAGES.map((name) => (
                <Radio key={name} value={name} label={keysTexts.usages[name]} />
              ))}
            </Stack>
          </Radio.Group>
          <Select
            label={texts.spec}
            description={usage === 'ENCRYPT_DECRYPT' ? texts.specHint : undefined}
            data={specsFor(usage)}
            value={spec}
            onChange={(value) => setSpec(value ?? spec)}
            allowDeselect={false}
          />
          <TextInput
            label={texts.alias}
            description={texts.aliasHint}
            leftSection={ALIAS}
            leftSectionWidth={52}
            value={alias}
            onChange={(event) => setAlias(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
          />
          <Textarea
            label={texts.description}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
            autosize
            minRows={2}
          />
          <SegmentedControl
            aria-label={texts.origin}
            data={[
              { value: 'AWS_KMS', label: texts.own },
              { value: 'EXTERNAL', label: texts.imported },
            ]}
            value={origin}
            onChange={setOrigin}
          />
          <PairsInput label={texts.tags} pairs={tags} onChange={setTags} max={50} />
          <Switch
            label={texts.withPolicy}
            description={texts.policyHint}
            checked={policy !== undefined}
            onChange={(event) =>
              setPolicy(event.currentTarget.checked ? JSON.stringify(Object.values(examples)[0], null, 2) : undefined)
            }
          />
          {policy !== undefined && (
            <PolicyEditor label={texts.policy} kind="resource" value={policy} onChange={setPolicy} examples={examples} />
          )}
          <Problem error={create.error} />
          <Group justify="flex-end">
            <Button variant="default" renderRoot={(props) => <Link to="/keys" {...props} />}>
              {commonTexts.cancel}
            </Button>
            <Button type="submit" disabled={!isReady} loading={create.isPending}>
              {texts.action}
            </Button>
          </Group>
        </Stack>
      </form>
    </>
  );
}
