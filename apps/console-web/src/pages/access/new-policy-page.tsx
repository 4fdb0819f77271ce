import { Button, Group, Stack, TextInput } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { policySizes } from '@strongroom/field-rules';
import { api } from '../../app/api';
import { PageHeader } from '../../components/page-header';
import { isSoundPolicy, PolicyEditor } from '../../components/policy-editor/policy-editor';
import { Problem } from '../../components/problem';
import { useAction } from '../../components/use-action';
import { accessTexts } from '../../texts/access';
import { commonTexts } from '../../texts/common';
import { EMPTY_POLICY, identityExamples } from './policy-examples';

const texts = accessTexts.policies;
const rules = { kind: 'identity', maxSize: policySizes.managed } as const;

/** Creates a managed policy. */
export function NewPolicyPage() {
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [text, setText] = useState(EMPTY_POLICY);
  const create = useAction(api.identity.createPolicy.mutationOptions(), {
    ...{ showsError: true, done: texts.created(name), invalidates: [api.identity.pathFilter()] },
    onDone: ({ policy }) => void navigate({ to: '/access/policies/$arn', params: { arn: policy?.arn ?? '' } }),
  });
  return (
    <>
      <PageHeader area="access" tab="policies" title={texts.createTitle} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.run({ policyName: name, description, policyDocument: text });
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
            <TextInput
              label={accessTexts.descriptionLabel}
              description={texts.descriptionHint}
              value={description}
              onChange={(event) => setDescription(event.currentTarget.value)}
            />
          </Group>
          <PolicyEditor label={texts.document} value={text} onChange={setText} examples={identityExamples} {...rules} />
          <Problem error={create.error} />
          <Group justify="flex-end">
            <Button
              variant="default"
              renderRoot={(props) => <Link to="/access" search={{ tab: 'policies' } as never} {...props} />}
            >
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
