import { Alert, Button, Group, Modal, Skeleton, Stack, Switch, Text } from '@mantine/core';
import { IconWorld } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { compilePolicy, publicGrants } from '@strongroom/policy';
import { useState } from 'react';
import { api } from '../../app/api';
import { EmptyState } from '../../components/empty-state';
import { GuardedButton } from '../../components/guarded-button';
import { isSoundPolicy, PolicyEditor } from '../../components/policy-editor/policy-editor';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { commonTexts } from '../../texts/common';
import { secretTexts } from '../../texts/secret';
import { type Secret, type SecretTabProps, useRefusals } from './use-secret';

const texts = secretTexts.permissions;

/** The policy that the secret itself has. */
export function ResourcePolicy({ secret }: SecretTabProps) {
  const [isEditing, setIsEditing] = useState(false);
  const [isRemoving, setIsRemoving] = useState(false);
  const refusals = useRefusals(secret.arn);
  const { data, error, refetch } = useQuery(api.secrets.getResourcePolicy.queryOptions({ secretId: secret.arn }));
  const policy = data?.resourcePolicy;
  const isDeleted = secret.deletedDate !== undefined;
  const mayNotWrite = refusals('PutResourcePolicy');
  return (
    <Section
      title={texts.policyTitle}
      description={texts.policyText}
      actions={
        policy &&
        !isEditing &&
        !isDeleted && (
          <>
            <GuardedButton
              color="red"
              variant="subtle"
              refusal={refusals('DeleteResourcePolicy')}
              onClick={() => setIsRemoving(true)}
            >
              {texts.remove}
            </GuardedButton>
            <GuardedButton variant="default" refusal={mayNotWrite} onClick={() => setIsEditing(true)}>
              {texts.edit}
            </GuardedButton>
          </>
        )
      }
    >
      {error ? (
        <Problem error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton height={120} />
      ) : isEditing ? (
        <PolicyForm secret={secret} policy={policy} onClose={() => setIsEditing(false)} />
      ) : policy ? (
        <Stack gap="md">
          <PublicNotice policy={policy} />
          <PolicyEditor label={texts.policyLabel(secret.name)} value={pretty(policy)} kind="resource" />
        </Stack>
      ) : (
        <EmptyState
          title={texts.noPolicy}
          actions={
            !isDeleted && (
              <GuardedButton variant="default" refusal={mayNotWrite} onClick={() => setIsEditing(true)}>
                {texts.write}
              </GuardedButton>
            )
          }
        >
          {texts.noPolicyText}
        </EmptyState>
      )}
      {isRemoving && <RemovePolicy secret={secret} onClose={() => setIsRemoving(false)} />}
    </Section>
  );
}

const pretty = (policy: string): string => {
  try {
    return JSON.stringify(JSON.parse(policy), null, 2);
  } catch {
    return policy;
  }
};

/** The statements that let everybody in; none for what is no policy yet. */
const publicPlaces = (policy: string): string[] => {
  try {
    return publicGrants(compilePolicy(policy, 'resource')).map(({ place, rule }) => `${place} ${rule}`);
  } catch {
    return [];
  }
};

function PublicNotice({ policy }: { policy: string }) {
  const places = publicPlaces(policy);
  if (places.length === 0) return null;
  return (
    <Alert color="red" variant="light" icon={<IconWorld size={18} />} title={texts.publicTitle} role="alert">
      {places.map((place) => (
        <Text size="sm" key={place}>
          {place}
        </Text>
      ))}
    </Alert>
  );
}

const MAX_SIZE = 20_480;

const examplesOf = (secret: Secret): Record<string, object> => {
  const account = secret.arn.split(':')[4] ?? '';
  const read = { Action: 'secretsmanager:GetSecretValue', Resource: '*' };
  const policy = (statement: object) => ({ Version: '2012-10-17', Statement: [statement] });
  return {
    [texts.examples.role]: policy({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:role/ROLE` }, ...read }),
    [texts.examples.account]: policy({ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, ...read }),
    [texts.examples.tls]: policy({
      Effect: 'Deny',
      Principal: '*',
      Action: '*',
      Resource: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    }),
  };
};

interface PolicyFormProps {
  secret: Secret;
  policy: string | undefined;
  onClose: () => void;
}

function PolicyForm({ secret, policy, onClose }: PolicyFormProps) {
  const [text, setText] = useState(() => pretty(policy ?? ''));
  const [blocksPublic, setBlocksPublic] = useState(true);
  const rules = { kind: 'resource', maxSize: MAX_SIZE, isPublicRefused: blocksPublic } as const;
  const { run, isRunning, error } = useAction(api.secrets.putResourcePolicy.mutationOptions(), {
    done: texts.saved,
    invalidates: [api.secrets.getResourcePolicy.pathFilter(), api.secret.pathFilter()],
    onDone: onClose,
    showsError: true,
  });
  return (
    <Stack gap="md">
      <PolicyEditor label={texts.label} value={text} onChange={setText} examples={examplesOf(secret)} {...rules} />
      <PublicNotice policy={text} />
      <Switch
        label={texts.blockPublic}
        checked={blocksPublic}
        onChange={(event) => setBlocksPublic(event.currentTarget.checked)}
      />
      <Problem error={error} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {commonTexts.cancel}
        </Button>
        <Button
          loading={isRunning}
          disabled={!isSoundPolicy(text, rules)}
          onClick={() => run({ secretId: secret.arn, resourcePolicy: text, blockPublicPolicy: blocksPublic })}
        >
          {texts.save}
        </Button>
      </Group>
    </Stack>
  );
}

function RemovePolicy({ secret, onClose }: { secret: Secret; onClose: () => void }) {
  const { run, isRunning, error } = useAction(api.secrets.deleteResourcePolicy.mutationOptions(), {
    done: texts.removed,
    invalidates: [api.secrets.getResourcePolicy.pathFilter(), api.secret.pathFilter()],
    onDone: onClose,
    showsError: true,
  });
  return (
    <Modal opened onClose={onClose} title={texts.removeTitle} closeButtonProps={{ 'aria-label': commonTexts.close }}>
      <Stack gap="md">
        <Text size="sm">{texts.removeText}</Text>
        <Problem error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {commonTexts.cancel}
          </Button>
          <Button color="red" loading={isRunning} onClick={() => run({ secretId: secret.arn })}>
            {texts.remove}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
