import { Button, Checkbox, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../app/api';
import { usePerson } from '../../app/session';
import { isSoundPolicy, PolicyEditor } from '../../components/policy-editor/policy-editor';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { keysTexts } from '../../texts/keys';
import { keyPolicyExamples } from './key-policy-examples';

const texts = keysTexts.policy;
const rules = { kind: 'resource' } as const;

/** The policy of a key, which decides alone who may use it. */
export function KeyPolicy({ keyId }: { keyId: string }) {
  const { data, error, refetch } = useQuery(api.keys.getKeyPolicy.queryOptions({ keyId }));
  return (
    <Section title={texts.title} description={texts.hint}>
      <Problem error={error} onRetry={() => void refetch()} />
      {data && <PolicyForm key={data.policy} keyId={keyId} policy={data.policy} />}
    </Section>
  );
}

function PolicyForm({ keyId, policy }: { keyId: string; policy: string }) {
  const { accountId } = usePerson();
  const before = JSON.stringify(JSON.parse(policy), null, 2);
  const [text, setText] = useState(before);
  const [bypasses, setBypasses] = useState(false);
  const save = useAction(api.keys.putKeyPolicy.mutationOptions(), {
    ...{ showsError: true, done: texts.saved, invalidates: [api.keys.getKeyPolicy.pathFilter()] },
  });
  return (
    <Stack gap="sm">
      <PolicyEditor label={texts.title} value={text} onChange={setText} examples={keyPolicyExamples(accountId)} {...rules} />
      <Problem error={save.error} />
      <Group justify="space-between">
        <Checkbox label={texts.bypass} checked={bypasses} onChange={(event) => setBypasses(event.currentTarget.checked)} />
        <Button
          disabled={text === before || !isSoundPolicy(text, rules)}
          loading={save.isRunning}
          onClick={() => save.run({ keyId, policy: text, bypassPolicyLockoutSafetyCheck: bypasses })}
        >
          {texts.save}
        </Button>
      </Group>
    </Stack>
  );
}
