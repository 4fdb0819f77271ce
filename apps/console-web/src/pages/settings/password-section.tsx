import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../app/api';
import { usePerson } from '../../app/session';
import { passwordRules } from '../../components/password-rules';
import { PasswordRulesList } from '../../components/password-rules-list';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { sessionTexts } from '../../texts/session';
import { settingsTexts } from '../../texts/settings';

const texts = settingsTexts.password;

/** Changes the person's own password, with the rules of the account in sight. */
export function PasswordSection() {
  const { userName } = usePerson();
  // An account without a policy answers with an error, as at AWS; AWS's default rules hold then.
  const policy = useQuery(api.identity.getAccountPasswordPolicy.queryOptions(undefined, { retry: false })).data?.passwordPolicy;
  const form = useForm({
    initialValues: { old: '', new: '', repeated: '' },
    validate: {
      old: (old) => (old ? null : sessionTexts.passwordMissing),
      new: (password) => (passwordRules(policy, password).some(({ isMet }) => isMet === false) ? sessionTexts.rules.unmet : null),
      repeated: (repeated, values) => (repeated === values.new ? null : sessionTexts.newPassword.differs),
    },
  });
  const change = useAction(api.identity.changePassword.mutationOptions({ gcTime: 0 }), {
    done: texts.done,
    showsError: true,
    onDone: () => form.reset(),
  });
  const submit = form.onSubmit((values) => change.run({ oldPassword: values.old, newPassword: values.new }));
  return (
    <Section title={texts.title} description={texts.description}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          {/* Password managers want to know whose it is. */}
          <input type="text" autoComplete="username" value={userName} readOnly hidden />
          <PasswordInput label={texts.old} autoComplete="current-password" {...form.getInputProps('old')} />
          <PasswordInput label={sessionTexts.newPassword.label} autoComplete="new-password" {...form.getInputProps('new')} />
          <PasswordRulesList policy={policy} password={form.values.new} />
          <PasswordInput
            label={sessionTexts.newPassword.repeat}
            autoComplete="new-password"
            {...form.getInputProps('repeated')}
          />
          <Problem error={change.error} />
          <Group>
            <Button type="submit" loading={change.isRunning}>
              {texts.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
