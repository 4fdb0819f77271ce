import { ActionIcon, Button, Group, Select, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../app/api';
import { FormModal } from '../../components/form-modal';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { accessTexts } from '../../texts/access';
import { NameLink } from './name-link';
import { Nothing } from './nothing';
import type { Target } from './target';

const texts = accessTexts.attached;
const invalidates = [api.identity.pathFilter()];

/** The managed policies that a user, group or role has. */
export function AttachedPolicies({ target }: { target: Target }) {
  const [opened, modal] = useDisclosure(false);
  const { data, error, refetch } = useQuery(api.identity.listAttachedPolicies.queryOptions({ target, maxItems: 1_000 }));
  const detach = useAction(api.identity.detachPolicy.mutationOptions(), {
    done: (_answer, request) => texts.detached((request ?? {}).policyArn?.split('/').at(-1) ?? ''),
    invalidates,
  });
  return (
    <Section
      title={texts.title}
      actions={
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={modal.open}>
          {texts.attach}
        </Button>
      }
    >
      <Problem error={error} onRetry={() => void refetch()} />
      {data?.attachedPolicies.length === 0 && <Nothing>{texts.none}</Nothing>}
      <Stack gap={6}>
        {data?.attachedPolicies.map(({ policyArn, policyName }) => (
          <Group key={policyArn} justify="space-between" wrap="nowrap">
            <NameLink kind="policies" id={policyArn} label={policyName} />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={texts.detach(policyName)}
              title={texts.detach(policyName)}
              onClick={() => detach.run({ target, policyArn })}
            >
              <IconX size={16} />
            </ActionIcon>
          </Group>
        ))}
      </Stack>
      <AttachModal key={String(opened)} target={target} opened={opened} onClose={modal.close} />
    </Section>
  );
}

function AttachModal({ target, opened, onClose }: { target: Target; opened: boolean; onClose: () => void }) {
  const [arn, setArn] = useState<string | null>(null);
  const attach = useAction(api.identity.attachPolicy.mutationOptions(), { showsError: true, invalidates, onDone: onClose });
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={texts.attach}
      action={texts.attachAction}
      isReady={arn !== null}
      isRunning={attach.isRunning}
      error={attach.error}
      onSubmit={() => attach.run({ target, policyArn: arn ?? '' })}
    >
      <PolicySelect value={arn} onChange={setArn} enabled={opened} />
    </FormModal>
  );
}

interface PolicySelectProps {
  value: string | null;
  onChange: (arn: string | null) => void;
  enabled: boolean;
}

/** Chooses a managed policy by its name. */
export function PolicySelect({ value, onChange, enabled }: PolicySelectProps) {
  const known = useQuery(api.identity.listPolicies.queryOptions({ maxItems: 1_000 }, { enabled }));
  return (
    <>
      <Problem error={known.error} />
      <Select
        label={texts.policy}
        data={(known.data?.policies ?? []).map(({ arn, policyName }) => ({ value: arn, label: policyName }))}
        value={value}
        onChange={onChange}
        searchable
        data-autofocus
      />
    </>
  );
}

/** The boundary of a user or role: what its policies can allow at most. */
export function PermissionsBoundary({ target, boundary }: { target: Target; boundary: string }) {
  const [opened, modal] = useDisclosure(false);
  const [arn, setArn] = useState<string | null>(null);
  const put = useAction(api.identity.putPermissionsBoundary.mutationOptions(), {
    showsError: true,
    invalidates,
    onDone: modal.close,
  });
  const remove = useAction(api.identity.deletePermissionsBoundary.mutationOptions(), {
    invalidates,
    done: texts.boundaryRemoved,
  });
  return (
    <Section
      title={texts.boundary}
      description={texts.boundaryHint}
      actions={
        <>
          {boundary && (
            <Button size="xs" variant="default" onClick={() => remove.run({ target })} loading={remove.isRunning}>
              {texts.removeBoundary}
            </Button>
          )}
          <Button size="xs" variant="default" onClick={modal.open}>
            {boundary ? texts.changeBoundary : texts.setBoundary}
          </Button>
        </>
      }
    >
      {boundary ? (
        <NameLink kind="policies" id={boundary} label={boundary.split('/').at(-1)} />
      ) : (
        <Text size="sm" c="dimmed">
          {texts.noBoundary}
        </Text>
      )}
      <FormModal
        opened={opened}
        onClose={modal.close}
        title={boundary ? texts.changeBoundary : texts.setBoundary}
        action={texts.boundaryAction}
        isReady={arn !== null}
        isRunning={put.isRunning}
        error={put.error}
        onSubmit={() => put.run({ target, policyArn: arn ?? '' })}
      >
        <PolicySelect value={arn} onChange={setArn} enabled={opened} />
      </FormModal>
    </Section>
  );
}
