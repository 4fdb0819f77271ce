import { Alert, Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconFingerprint } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Person, SignInAnswer } from '@strongroom/console-api';
import { api } from '../../app/api';
import { PasswordRulesList } from '../../components/password-rules-list';
import { passwordRules } from '../../components/password-rules';
import { sessionTexts as texts } from '../../texts/session';
import { refusalOf } from './refusal';
import { showPasskey } from './show-passkey';

type NewPasswordRequired = Extract<SignInAnswer, { outcome: 'new-password-required' }>;

/** The account whose users signed in here last: no secret, and tiresome to type. */
const REMEMBERED = 'strongroom-account';
const FIRST_ACCOUNT = '000000000000';

interface PasswordFormProps {
  onSignedIn: (person: Person) => void;
}

/** Signs in by account, name, password and code; asks for a new password where one must be chosen. */
export function PasswordForm({ onSignedIn }: PasswordFormProps) {
  const [required, setRequired] = useState<NewPasswordRequired>();
  const form = useForm({
    initialValues: {
      accountId: window.localStorage.getItem(REMEMBERED) ?? FIRST_ACCOUNT,
      userName: '',
      password: '',
      tokenCode: '',
      newPassword: '',
      repeated: '',
    },
    validate: {
      accountId: (account) => (/^\d{12}$/.test(account.replace(/[\s-]/g, '')) ? null : texts.accountWrong),
      userName: (name) => (name.trim() ? null : texts.userMissing),
      password: (password) => (password ? null : texts.passwordMissing),
      tokenCode: (code) => (/^(\d{6})?$/.test(code.replace(/\s/g, '')) ? null : texts.codeWrong),
      newPassword: (password) =>
        required && passwordRules(required.passwordPolicy, password).some(({ isMet }) => isMet === false)
          ? texts.rules.unmet
          : null,
      repeated: (repeated, { newPassword }) => (required && repeated !== newPassword ? texts.newPassword.differs : null),
    },
  });
  const signIn = useMutation(
    api.session.signIn.mutationOptions({
      // Nothing of what was typed is kept once it was sent.
      gcTime: 0,
      onSuccess: (answer, { accountId }) => {
        if (answer.outcome === 'new-password-required') return setRequired(answer);
        window.localStorage.setItem(REMEMBERED, accountId);
        form.reset();
        onSignedIn(answer.person);
      },
    }),
  );
  const send = (values: typeof form.values, passkeyJson?: string) =>
    signIn.mutate({
      accountId: values.accountId.replace(/[\s-]/g, ''),
      userName: values.userName.trim(),
      password: values.password,
      ...(passkeyJson ? { passkeyJson } : { tokenCode: values.tokenCode.replace(/\s/g, '') }),
      ...(required && { newPassword: values.newPassword }),
    });
  const submit = form.onSubmit((values) => send(values));
  const passkey = useMutation({
    mutationFn: () => showPasskey(),
    gcTime: 0,
    onSuccess: (shown) => {
      if (shown) send(form.values, shown);
    },
  });
  const withPasskey = () => {
    if (!form.validate().hasErrors) passkey.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        {(signIn.error ?? passkey.error) && (
          <Alert color="red" role="alert" p="sm">
            {refusalOf(signIn.error ?? passkey.error, texts.failed)}
          </Alert>
        )}
        {required ? (
          <>
            <Alert color="petrol" role="status" p="sm">
              {required.expired ? texts.newPassword.expired : texts.newPassword.wanted}
            </Alert>
            <PasswordInput
              label={texts.newPassword.label}
              autoComplete="new-password"
              autoFocus
              {...form.getInputProps('newPassword')}
            />
            <PasswordRulesList policy={required.passwordPolicy} password={form.values.newPassword} />
            <PasswordInput label={texts.newPassword.repeat} autoComplete="new-password" {...form.getInputProps('repeated')} />
            <TextInput
              label={texts.code}
              description={texts.codeAgain}
              autoComplete="one-time-code"
              inputMode="numeric"
              {...form.getInputProps('tokenCode')}
            />
          </>
        ) : (
          <>
            <TextInput
              label={texts.account}
              description={texts.accountHint}
              inputMode="numeric"
              autoComplete="organization"
              {...form.getInputProps('accountId')}
            />
            <TextInput
              label={texts.user}
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              autoFocus
              {...form.getInputProps('userName')}
            />
            <PasswordInput label={texts.password} autoComplete="current-password" {...form.getInputProps('password')} />
            <TextInput
              label={texts.code}
              description={texts.codeHint}
              autoComplete="one-time-code"
              inputMode="numeric"
              {...form.getInputProps('tokenCode')}
            />
          </>
        )}
        <Group mt="xs" grow preventGrowOverflow={false}>
          {required && (
            <Button variant="default" size="md" onClick={() => setRequired(undefined)}>
              {texts.back}
            </Button>
          )}
          <Button type="submit" size="md" loading={signIn.isPending}>
            {required ? texts.next : texts.submit}
          </Button>
        </Group>
        <Button
          variant="subtle"
          leftSection={<IconFingerprint size={16} />}
          loading={passkey.isPending}
          disabled={signIn.isPending}
          onClick={withPasskey}
        >
          {texts.passkey}
        </Button>
      </Stack>
    </form>
  );
}
