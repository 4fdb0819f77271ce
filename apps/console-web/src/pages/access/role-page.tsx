import { Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { policySizes } from '@strongroom/field-rules';
import { api, client } from '../../app/api';
import { queryClient } from '../../app/query-client';
import { usePerson } from '../../app/session';
import { AddressTabs } from '../../components/address-tabs';
import { KeyValues } from '../../components/key-values';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { PageHeader } from '../../components/page-header';
import { isSoundPolicy, PolicyEditor } from '../../components/policy-editor/policy-editor';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { TagsSection } from '../../components/tags-section';
import { useAction } from '../../components/use-action';
import { accessTexts } from '../../texts/access';
import { Arn } from './arn';
import { AttachedPolicies, PermissionsBoundary } from './attached-policies';
import { BoundCertificates } from './certificates-panel';
import { indented, InlinePolicies } from './inline-policies';
import { trustExamples } from './policy-examples';
import { RemoveIdentity } from './remove-identity';
import { EndSessions } from './sessions-of-user';
import { roleTarget } from './target';

const texts = accessTexts.roles;
const route = getRouteApi('/shell/access/roles/$name');
const rules = { kind: 'trust', maxSize: policySizes.trust } as const;

/** One role: what it may do, who may assume it. */
export function RolePage() {
  const { name } = route.useParams();
  const navigate = useNavigate();
  const [opened, modal] = useDisclosure(false);
  const { data, error, refetch } = useQuery(api.identity.getRole.queryOptions({ roleName: name }));
  const target = roleTarget(name);
  const role = data?.role;
  const tabs = [
    {
      id: 'permissions',
      label: texts.tabs.permissions,
      content: (
        <Stack gap="md">
          <AttachedPolicies target={target} />
          <InlinePolicies target={target} />
          <PermissionsBoundary target={target} boundary={role?.permissionsBoundary ?? ''} />
        </Stack>
      ),
    },
    {
      id: 'trust',
      label: texts.tabs.trust,
      content: (
        <Stack gap="md">
          {role && <TrustPolicy key={role.assumeRolePolicyDocument} roleName={name} document={role.assumeRolePolicyDocument} />}
          <BoundCertificates target={target} />
        </Stack>
      ),
    },
    {
      id: 'sessions',
      label: texts.tabs.sessions,
      content: (
        <Section title={accessTexts.sessions.title} actions={<EndSessions target={target} name={name} />}>
          <Text size="sm">{accessTexts.sessions.ofRoleHint}</Text>
        </Section>
      ),
    },
  ];
  return (
    <>
      <PageHeader
        area="access"
        tab="roles"
        title={<MachineText>{name}</MachineText>}
        description={role?.description}
        actions={
          <Button variant="light" color="red" onClick={modal.open}>
            {accessTexts.removal.action.role}
          </Button>
        }
      />
      <Problem error={error} onRetry={() => void refetch()} />
      {role && (
        <Stack gap="md">
          <Section title={accessTexts.facts}>
            <KeyValues
              items={[
                [accessTexts.arn, <Arn key="arn" arn={role.arn} />],
                [accessTexts.path, role.path],
                [texts.maxSession, texts.hours(role.maxSessionDuration)],
                [accessTexts.created, <Moment key="created" at={role.createDate} />],
              ]}
            />
          </Section>
          <TagsSection
            tags={role.tags}
            onChange={async (tags, tagKeys) => {
              if (tags.length > 0) await client.identity.tagPrincipal.mutate({ target, tags });
              if (tagKeys.length > 0) await client.identity.untagPrincipal.mutate({ target, tagKeys });
              await queryClient.invalidateQueries(api.identity.getRole.pathFilter());
            }}
          />
          <AddressTabs tabs={tabs} label={texts.tabs.label} />
        </Stack>
      )}
      <RemoveIdentity
        target={target}
        opened={opened}
        onClose={modal.close}
        onDone={() => void navigate({ to: '/access', search: { tab: 'roles' } as never })}
      />
    </>
  );
}

function TrustPolicy({ roleName, document }: { roleName: string; document: string }) {
  const { accountId } = usePerson();
  const [text, setText] = useState(() => indented(document));
  const save = useAction(api.identity.updateAssumeRolePolicy.mutationOptions(), {
    ...{ showsError: true, done: texts.trustSaved, invalidates: [api.identity.getRole.pathFilter()] },
  });
  const isChanged = text !== indented(document);
  return (
    <Section title={texts.trust} description={texts.trustHint}>
      <Stack gap="sm">
        <PolicyEditor label={texts.trust} value={text} onChange={setText} examples={trustExamples(accountId)} {...rules} />
        <Problem error={save.error} />
        <Group justify="flex-end">
          <Button
            disabled={!isChanged || !isSoundPolicy(text, rules)}
            loading={save.isRunning}
            onClick={() => save.run({ roleName, policyDocument: text })}
          >
            {texts.saveTrust}
          </Button>
        </Group>
      </Stack>
    </Section>
  );
}
