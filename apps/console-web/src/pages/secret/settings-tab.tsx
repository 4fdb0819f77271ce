import { Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import { api, client } from '../../app/api';
import { GuardedButton } from '../../components/guarded-button';
import { type PairDraft, PairsInput } from '../../components/pairs-input';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { secretTexts } from '../../texts/secret';
import { DeleteSecret } from './delete-secret';
import { KeyChoice } from './key-choice';
import { type SecretTabProps, useRefusals } from './use-secret';

const texts = secretTexts.settings;

/** What the secret is called by, is encrypted under, and how it ends. */
export function SettingsTab({ secret }: SecretTabProps) {
  const refusals = useRefusals(secret.arn);
  const [isDeleting, setIsDeleting] = useState(false);
  return (
    <Stack gap="md" maw={880}>
      <Description secret={secret} />
      <Tags secret={secret} />
      <KeyChoice secret={secret} />
      <Section
        title={texts.danger}
        description={texts.dangerText}
        actions={
          <GuardedButton color="red" refusal={refusals('DeleteSecret')} onClick={() => setIsDeleting(true)}>
            {texts.delete}
          </GuardedButton>
        }
      >
        {null}
      </Section>
      <DeleteSecret secret={secret} opened={isDeleting} onClose={() => setIsDeleting(false)} />
    </Stack>
  );
}

function Description({ secret }: SecretTabProps) {
  const [text, setText] = useState(secret.description);
  const refusals = useRefusals(secret.arn);
  const { run, isRunning, error } = useAction(api.secrets.updateSecret.mutationOptions(), {
    done: texts.saved,
    invalidates: [api.secrets.pathFilter()],
    showsError: true,
  });
  return (
    <Section
      title={texts.description}
      actions={
        <GuardedButton
          variant="default"
          refusal={refusals('UpdateSecret')}
          disabled={text === secret.description}
          loading={isRunning}
          onClick={() => run({ secretId: secret.arn, description: text })}
        >
          {texts.save}
        </GuardedButton>
      }
    >
      <Stack gap="sm">
        <Textarea
          aria-label={texts.descriptionLabel}
          placeholder={texts.descriptionLabel}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={2_048}
        />
        <Problem error={error} />
      </Stack>
    </Section>
  );
}

const MAX_TAGS = 50;

function Tags({ secret }: SecretTabProps) {
  const [pairs, setPairs] = useState<readonly PairDraft[]>(secret.tags);
  const refusals = useRefusals(secret.arn);
  const before = new Map(secret.tags.map(({ key, value }) => [key, value]));
  const now = new Map(pairs.filter(({ key }) => key !== '').map(({ key, value }) => [key, value]));
  const set = [...now].filter(([key, value]) => before.get(key) !== value).map(([key, value]) => ({ key, value }));
  const gone = [...before.keys()].filter((key) => !now.has(key));
  const { run, isRunning, error } = useAction<undefined, void>(
    {
      mutationFn: async () => {
        if (gone.length > 0) await client.secrets.untagResource.mutate({ secretId: secret.arn, tagKeys: gone });
        if (set.length > 0) await client.secrets.tagResource.mutate({ secretId: secret.arn, tags: set });
        return undefined;
      },
    },
    { done: texts.tagsChanged, invalidates: [api.secrets.pathFilter(), api.secret.pathFilter()], showsError: true },
  );
  return (
    <Section
      title={texts.tags}
      description={texts.tagsText}
      actions={
        <GuardedButton
          variant="default"
          refusal={refusals('TagResource', 'UntagResource')}
          disabled={set.length === 0 && gone.length === 0}
          loading={isRunning}
          onClick={() => run()}
        >
          {texts.saveTags}
        </GuardedButton>
      }
    >
      <Stack gap="xs">
        <PairsInput label={texts.tags} pairs={pairs} onChange={setPairs} max={MAX_TAGS} />
        <Problem error={error} />
      </Stack>
    </Section>
  );
}
