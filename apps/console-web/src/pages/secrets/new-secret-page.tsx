import { Button, Group, Stack, TextInput } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { type SyntheticEvent, useState } from 'react';
import { secretTexts, obeys } from '@strongroom/field-rules';
import { api } from '../../app/api';
import { problemOf } from '../../app/api-error';
import { KeySelect } from '../../components/key-select';
import { PageHeader } from '../../components/page-header';
import { PairsInput } from '../../components/pairs-input';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { commonTexts } from '../../texts/common';
import { secretsTexts } from '../../texts/secrets';
import { KindPicker } from './kind-picker';
import { type Draft, type Faults, MAX_TAGS, nameFault, type Pair, tagFault, valueOf } from './kinds';
import { ValueFields } from './value-fields';

const texts = secretsTexts.create;

const emptyDraft = (kind: Draft['kind']): Draft => ({
  kind,
  fields: kind === 'database' ? { engine: 'postgres', port: '5432' } : {},
  pairs: [{ key: '', value: '' }],
  text: '',
  file: undefined,
});

/** Creates a secret. What was typed lives in this page alone, and goes with it. */
export function NewSecretPage() {
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [key, setKey] = useState('');
  const [tags, setTags] = useState<Pair[]>([]);
  const [draft, setDraft] = useState(() => emptyDraft('database'));
  const [faults, setFaults] = useState<Faults>({});
  // If the answer to a call is lost, the same call again creates nothing twice.
  const [token, setToken] = useState(() => crypto.randomUUID());

  const create = useAction(api.secrets.createSecret.mutationOptions({ gcTime: 0 }), {
    done: ({ name: created }) => texts.done(created),
    invalidates: [api.secrets.pathFilter()],
    showsError: true,
    onDone: ({ name: created }) => void navigate({ to: '/secrets/$name', params: { name: created } }),
  });

  const edit = (change: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...change }));
    setFaults({});
    setToken(crypto.randomUUID());
  };

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const made = valueOf(draft);
    const wrong = Object.entries({
      name: nameFault(name.trim()),
      description: obeys(secretTexts.description, description) ? undefined : texts.faults.description,
      tags: tagFault(tags),
      ...('faults' in made ? made.faults : {}),
    }).filter((entry): entry is [string, string] => entry[1] !== undefined);
    setFaults(Object.fromEntries(wrong));
    if (wrong.length || !('value' in made)) return;
    create.run({
      name: name.trim(),
      clientRequestToken: token,
      ...(description && { description }),
      ...(key && { kmsKeyId: key }),
      value: { value: made.value },
      tags: tags.filter((tag) => tag.key !== ''),
    });
  };

  const problem = create.error ? problemOf(create.error) : undefined;
  const isTaken = problem?.kind === 'already-exists';
  return (
    <>
      <PageHeader area="secrets" title={texts.title} description={texts.description} />
      <form onSubmit={submit} noValidate>
        <Stack gap="lg" maw={760}>
          <KindPicker value={draft.kind} onChange={(kind) => edit(emptyDraft(kind))} />
          <Section title={texts.value}>
            <ValueFields draft={draft} faults={faults} onChange={edit} />
          </Section>
          <Section title={texts.about}>
            <Stack gap="sm">
              <TextInput
                label={texts.name}
                description={texts.nameHint}
                placeholder="prod/payments/db"
                value={name}
                error={faults['name'] ?? (isTaken ? texts.faults.taken : undefined)}
                autoComplete="off"
                spellCheck={false}
                styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
                onChange={(event) => {
                  setName(event.currentTarget.value);
                  setFaults(({ name: _fixed, ...others }) => others);
                  create.reset();
                }}
              />
              <TextInput
                label={texts.descriptionLabel}
                value={description}
                error={faults['description']}
                onChange={(event) => setDescription(event.currentTarget.value)}
              />
              <KeySelect value={key} onChange={setKey} error={problem?.field === 'kmsKeyId' ? problem.message : undefined} />
              <PairsInput label={texts.tags} pairs={tags} onChange={setTags} error={faults['tags']} max={MAX_TAGS} />
            </Stack>
          </Section>
          {!isTaken && <Problem error={create.error} />}
          <Group gap="xs" justify="flex-end">
            <Button variant="default" renderRoot={(props) => <Link to="/secrets" {...props} />}>
              {commonTexts.cancel}
            </Button>
            <Button type="submit" loading={create.isRunning}>
              {texts.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </>
  );
}
