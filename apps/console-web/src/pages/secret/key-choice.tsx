import { Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../app/api';
import { ArnLink } from '../../components/arn-link';
import { GuardedButton } from '../../components/guarded-button';
import { KeySelect } from '../../components/key-select';
import { KeyValues } from '../../components/key-values';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { secretTexts } from '../../texts/secret';
import { type SecretTabProps, useRefusals } from './use-secret';

const texts = secretTexts.settings;
const DEFAULT_ALIAS = 'alias/aws/secretsmanager';

/** Under which key the secret is, and another one for it. */
export function KeyChoice({ secret }: SecretTabProps) {
  const [alias, setAlias] = useState('');
  const refusals = useRefusals(secret.arn);
  const { run, isRunning, error } = useAction(api.secrets.updateSecret.mutationOptions(), {
    done: texts.keyChanged,
    invalidates: [api.secrets.pathFilter()],
    showsError: true,
  });
  return (
    <Section title={texts.key} description={texts.keyText}>
      <Stack gap="sm">
        <KeyValues
          items={[
            [texts.keyLabel, secret.kmsKeyId ? <ArnLink arn={secret.kmsKeyId} withCopy /> : secretTexts.overview.defaultKey],
          ]}
        />
        <Group gap="xs" align="flex-end">
          <KeySelect value={alias} onChange={setAlias} />
          <GuardedButton
            variant="default"
            refusal={refusals('UpdateSecret')}
            disabled={alias === '' && !secret.kmsKeyId}
            loading={isRunning}
            onClick={() => run({ secretId: secret.arn, kmsKeyId: alias || DEFAULT_ALIAS })}
          >
            {texts.change}
          </GuardedButton>
        </Group>
        <Problem error={error} />
      </Stack>
    </Section>
  );
}
