import { Button, Group, NumberInput, Stack, TextInput } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { identityNumbers, policySizes } from '@strongroom/field-rules';
import { api } from '../../app/api';
import { usePerson } from '../../app/session';
import { PageHeader } from '../../components/page-header';
import { isSoundPolicy, PolicyEditor } from '../../components/policy-editor/policy-editor';
import { Problem } from '../../components/problem';
import { useAction } from '../../components/use-action';
import { accessTexts } from '../../texts/access';
import { commonTexts } from '../../texts/common';
import { trustExamples } from './policy-examples';

const texts = accessTexts.roles;
const rules = { kind: 'trust', maxSize: policySizes.trust } as const;
const { min, max } = identityNumbers.maxSessionDuration;
const HOUR = 3_600;

/** Creates a role: its name, and who may assume it. Its permissions come after that, on its page. */
export function NewRolePage() {
  const navigate = useNavigate();
  const { accountId } = usePerson();
  const examples = trustExamples(accountId);
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [hours, setHours] = useState(min / HOUR);
  const [text, setText] = useState(() => JSON.stringify(Object.values(examples)[0], null, 2));
  const create = useAction(api.identity.createRole.mutationOptions(), {
    ...{ showsError: true, done: texts.created(name), invalidates: [api.identity.pathFilter()] },
    onDone: () => void navigate({ to: '/access/roles/$name', params: { name } }),
  });
  const request = {
    ...{ roleName: name, description, assumeRolePolicyDocument: text },
    maxSessionDuration: Math.round(hours * HOUR),
  };
  return (
    <>
      <PageHeader area="access" tab="roles" title={texts.createTitle} description={texts.emptyText} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.run(request);
        }}
      >
        <Stack gap="md">
          <Group grow align="flex-start" preventGrowOverflow={false}>
            <TextInput
              label={accessTexts.name}
              description={accessTexts.nameRule}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
              required
            />
            <NumberInput
              label={texts.maxSessionHours}
              description={`${min / HOUR}–${max / HOUR}`}
              min={min / HOUR}
              max={max / HOUR}
              value={hours}
              onChange={(value) => setHours(Number(value))}
            />
          </Group>
          <TextInput
            label={accessTexts.descriptionLabel}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <PolicyEditor
            label={texts.trust}
            description={texts.trustHint}
            value={text}
            onChange={setText}
            examples={examples}
            {...rules}
          />
          <Problem error={create.error} />
          <Group justify="flex-end">
            <Button variant="default" renderRoot={(props) => <Link to="/access" search={{ tab: 'roles' } as never} {...props} />}>
              {commonTexts.cancel}
            </Button>
            <Button type="submit" disabled={name === '' || !isSoundPolicy(text, rules)} loading={create.isRunning}>
              {texts.createAction}
            </Button>
          </Group>
        </Stack>
      </form>
    </>
  );
}
