import { Button, Checkbox, Group, NumberInput, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PasswordPolicy } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { identityNumbers } from '@strongroom/field-rules';
import { api } from '../../app/api';
import { problemOf } from '../../app/api-error';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { accessTexts } from '../../texts/access';

const texts = accessTexts.passwordPolicy;
const invalidates = [api.identity.getAccountPasswordPolicy.pathFilter()];
const demands = [
  ['requireUppercaseCharacters', texts.uppercase],
  ['requireLowercaseCharacters', texts.lowercase],
  ['requireNumbers', texts.numbers],
  ['requireSymbols', texts.symbols],
  ['allowUsersToChangePassword', texts.change],
  ['hardExpiry', texts.hard],
] as const;

/** What new passwords must be. */
export function PasswordPolicyPanel() {
  const { data, error, refetch, dataUpdatedAt } = useQuery(
    api.identity.getAccountPasswordPolicy.queryOptions({}, { retry: false }),
  );
  const isStandard = problemOf(error).reason === 'NoSuchEntity';
  if (error && !isStandard) return <Problem error={error} onRetry={() => void refetch()} />;
  if (!data && !isStandard) return null;
  const policy = isStandard ? undefined : data?.passwordPolicy;
  return <PolicyForm key={`${isStandard}${dataUpdatedAt}`} policy={policy} />;
}

type Draft = Pick<PasswordPolicy, (typeof demands)[number][0]> &
  Pick<PasswordPolicy, 'maxPasswordAge' | 'passwordReusePrevention' | 'minimumPasswordLength'>;

const STANDARD: Draft = {
  minimumPasswordLength: 12,
  ...{ requireUppercaseCharacters: false, requireLowercaseCharacters: false, requireNumbers: false, requireSymbols: false },
  ...{ allowUsersToChangePassword: true, hardExpiry: false, maxPasswordAge: undefined, passwordReusePrevention: undefined },
};

function PolicyForm({ policy }: { policy: PasswordPolicy | undefined }) {
  const [draft, setDraft] = useState<Draft>(policy ?? STANDARD);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const save = useAction(api.identity.updateAccountPasswordPolicy.mutationOptions(), {
    ...{ showsError: true, done: texts.saved, invalidates },
  });
  const remove = useAction(api.identity.deleteAccountPasswordPolicy.mutationOptions(), {
    ...{ showsError: true, done: texts.removed, invalidates },
  });
  const optional = (value: string | number) => (value === '' ? undefined : Number(value));
  const submit = () =>
    save.run({
      ...Object.fromEntries(demands.map(([name]) => [name, draft[name]])),
      minimumPasswordLength: draft.minimumPasswordLength,
      maxPasswordAge: draft.maxPasswordAge,
      passwordReusePrevention: draft.passwordReusePrevention,
    });
  return (
    <Section title={texts.title} description={texts.hint}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack gap="md" maw={520}>
          <Text size="sm">{policy ? texts.own : texts.standard}</Text>
          <NumberInput
            label={texts.minimumLength}
            {...identityNumbers.minimumPasswordLength}
            allowDecimal={false}
            value={draft.minimumPasswordLength}
            onChange={(value) => change({ minimumPasswordLength: Number(value) })}
          />
          {demands.map(([name, label]) => (
            <Checkbox
              key={name}
              label={label}
              checked={draft[name]}
              onChange={(event) => change({ [name]: event.currentTarget.checked })}
            />
          ))}
          <NumberInput
            label={texts.age}
            description={texts.ageHint}
            {...identityNumbers.maxPasswordAge}
            allowDecimal={false}
            value={draft.maxPasswordAge ?? ''}
            onChange={(value) => change({ maxPasswordAge: optional(value) })}
          />
          <NumberInput
            label={texts.reuse}
            description={texts.reuseHint}
            {...identityNumbers.passwordReusePrevention}
            allowDecimal={false}
            value={draft.passwordReusePrevention ?? ''}
            onChange={(value) => change({ passwordReusePrevention: optional(value) })}
          />
          <Problem error={save.error ?? remove.error} />
          <Group justify="flex-end" gap="xs">
            {policy && (
              <Button variant="default" loading={remove.isRunning} onClick={() => remove.run({})}>
                {texts.remove}
              </Button>
            )}
            <Button type="submit" loading={save.isRunning}>
              {texts.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
