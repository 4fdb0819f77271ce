import { Button, Checkbox, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, client } from '../../app/api';
import { problemOf } from '../../app/api-error';
import { queryClient } from '../../app/query-client';
import { ConfirmByName } from '../../components/confirm-by-name';
import { CopyButton } from '../../components/copy-button';
import { FormModal } from '../../components/form-modal';
import { KeyValues } from '../../components/key-values';
import { Moment } from '../../components/moment';
import { PasswordGenerator } from '../../components/password-generator';
import { PasswordRulesList } from '../../components/password-rules-list';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { accessTexts } from '../../texts/access';

const texts = accessTexts.password;
const isMissing = (error: unknown): boolean => problemOf(error).reason === 'NoSuchEntity';

/** Whether a user may sign in by password, and links that sign in. */
export function LoginProfileSection({ userName }: { userName: string }) {
  const [setting, settingModal] = useDisclosure(false);
  const [removing, removingModal] = useDisclosure(false);
  const { data, error, refetch } = useQuery(api.identity.getLoginProfile.queryOptions({ userName }));
  const remove = useAction(api.identity.deleteLoginProfile.mutationOptions(), {
    ...{ showsError: true, done: texts.removed, invalidates: [api.identity.pathFilter()] },
    onDone: removingModal.close,
  });
  const isThere = data !== undefined && !error;
  return (
    <Section
      title={texts.title}
      description={texts.hint}
      actions={
        <>
          <SignInLink userName={userName} />
          {isThere && (
            <Button size="xs" variant="light" color="red" onClick={removingModal.open}>
              {texts.remove}
            </Button>
          )}
          <Button size="xs" variant="default" onClick={settingModal.open}>
            {isThere ? texts.change : texts.create}
          </Button>
        </>
      }
    >
      {isThere && (
        <KeyValues
          items={[
            [texts.since, <Moment key="since" at={data.loginProfile?.createDate} />],
            ...(data.loginProfile?.passwordResetRequired ? [[texts.next, texts.mustChange] as const] : []),
          ]}
        />
      )}
      {isMissing(error) && (
        <Text size="sm" c="dimmed">
          {texts.none}
        </Text>
      )}
      {error && !isMissing(error) ? <Problem error={error} onRetry={() => void refetch()} /> : null}
      {setting && <PasswordForm userName={userName} isThere={isThere} onClose={settingModal.close} />}
      <ConfirmByName
        opened={removing}
        onClose={removingModal.close}
        title={texts.removeTitle}
        name={userName}
        action={texts.remove}
        isRunning={remove.isRunning}
        error={remove.error}
        onConfirm={() => remove.run({ userName })}
      >
        {texts.removeText}
      </ConfirmByName>
    </Section>
  );
}

interface PasswordFormProps {
  userName: string;
  isThere: boolean;
  onClose: () => void;
}

function PasswordForm({ userName, isThere, onClose }: PasswordFormProps) {
  const [password, setPassword] = useState('');
  const [mustChange, setMustChange] = useState(true);
  const policy = useQuery(api.identity.getAccountPasswordPolicy.queryOptions({}));
  // Not by a mutation of the cache's: a password is not kept.
  const set = useMutation({
    mutationFn: () => {
      const request = { userName, password, passwordResetRequired: mustChange };
      return isThere ? client.identity.updateLoginProfile.mutate(request) : client.identity.createLoginProfile.mutate(request);
    },
    gcTime: 0,
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries(api.identity.pathFilter());
    },
  });
  return (
    <FormModal
      opened
      onClose={onClose}
      title={isThere ? texts.change : texts.create}
      action={texts.action}
      isReady={password !== ''}
      isRunning={set.isPending}
      error={set.error}
      onSubmit={() => set.mutate()}
    >
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <PasswordInput
          label={texts.label}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="new-password"
          flex={1}
          data-autofocus
        />
        <CopyButton value={password} label={texts.copy} isSecret />
        <PasswordGenerator onGenerated={setPassword} />
      </Group>
      <PasswordRulesList policy={policy.data?.passwordPolicy} password={password} />
      <Checkbox label={texts.reset} checked={mustChange} onChange={(event) => setMustChange(event.currentTarget.checked)} />
    </FormModal>
  );
}

/** A link that signs the user in once. Its token is behind the `#`, so no server's log has it. */
function SignInLink({ userName }: { userName: string }) {
  const [opened, modal] = useDisclosure(false);
  const create = useMutation({
    mutationFn: () => client.identity.createSignInLink.mutate({ userName }),
    gcTime: 0,
    onSettled: modal.open,
  });
  const close = () => {
    modal.close();
    create.reset();
  };
  const link = create.data && `${window.location.origin}/sign-in#token=${create.data.token}`;
  return (
    <>
      <Button size="xs" variant="default" onClick={() => create.mutate()} loading={create.isPending}>
        {texts.link}
      </Button>
      <Modal opened={opened} onClose={close} title={texts.link}>
        <Stack gap="md">
          <Problem error={create.error} />
          {link && (
            <>
              <Text>{texts.linkHint}</Text>
              <Group gap="xs">
                <Text size="sm" c="dimmed">
                  {texts.linkReady}
                </Text>
                <CopyButton value={link} label={texts.copyLink} isSecret />
              </Group>
              <KeyValues items={[[texts.linkEnds, <Moment key="ends" at={create.data?.expiration} />]]} />
            </>
          )}
        </Stack>
      </Modal>
    </>
  );
}
