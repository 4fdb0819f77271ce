import { Button, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { api, client } from '../../app/api';
import { queryClient } from '../../app/query-client';
import { AddressTabs } from '../../components/address-tabs';
import { KeyValues } from '../../components/key-values';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { PageHeader } from '../../components/page-header';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { TagsSection } from '../../components/tags-section';
import { accessTexts } from '../../texts/access';
import { AccessKeys } from './access-keys';
import { Arn } from './arn';
import { AttachedPolicies, PermissionsBoundary } from './attached-policies';
import { BoundCertificates } from './certificates-panel';
import { GroupsOfUser } from './groups-of-user';
import { InlinePolicies } from './inline-policies';
import { LoginProfileSection } from './login-profile-section';
import { MfaDevices } from './mfa-devices';
import { RemoveIdentity } from './remove-identity';
import { SessionsOfUser } from './sessions-of-user';
import { userTarget } from './target';

const texts = accessTexts.users;
const route = getRouteApi('/shell/access/users/$name');

/** One user: what it may do, its credentials, its sessions. */
export function UserPage() {
  const { name } = route.useParams();
  const navigate = useNavigate();
  const [opened, modal] = useDisclosure(false);
  const { data, error, refetch } = useQuery(api.identity.getUser.queryOptions({ userName: name }));
  const target = userTarget(name);
  const user = data?.user;
  const tabs = [
    {
      id: 'permissions',
      label: texts.tabs.permissions,
      content: (
        <Stack gap="md">
          <GroupsOfUser userName={name} />
          <AttachedPolicies target={target} />
          <InlinePolicies target={target} />
          <PermissionsBoundary target={target} boundary={user?.permissionsBoundary ?? ''} />
        </Stack>
      ),
    },
    {
      id: 'credentials',
      label: texts.tabs.credentials,
      content: (
        <Stack gap="md">
          <LoginProfileSection userName={name} />
          <MfaDevices userName={name} />
          <AccessKeys userName={name} />
          <BoundCertificates target={target} />
        </Stack>
      ),
    },
    { id: 'sessions', label: texts.tabs.sessions, content: <SessionsOfUser userName={name} /> },
  ];
  return (
    <>
      <PageHeader
        area="access"
        title={<MachineText>{name}</MachineText>}
        actions={
          <Button variant="light" color="red" onClick={modal.open}>
            {accessTexts.removal.action.user}
          </Button>
        }
      />
      <Problem error={error} onRetry={() => void refetch()} />
      {user && (
        <Stack gap="md">
          <Section title={accessTexts.facts}>
            <KeyValues
              items={[
                [accessTexts.arn, <Arn key="arn" arn={user.arn} />],
                [accessTexts.path, user.path],
                [accessTexts.created, <Moment key="created" at={user.createDate} />],
              ]}
            />
          </Section>
          <TagsSection
            tags={user.tags}
            onChange={async (tags, tagKeys) => {
              if (tags.length > 0) await client.identity.tagPrincipal.mutate({ target, tags });
              if (tagKeys.length > 0) await client.identity.untagPrincipal.mutate({ target, tagKeys });
              await queryClient.invalidateQueries(api.identity.getUser.pathFilter());
            }}
          />
          <AddressTabs tabs={tabs} label={texts.tabs.label} />
        </Stack>
      )}
      <RemoveIdentity target={target} opened={opened} onClose={modal.close} onDone={() => void navigate({ to: '/access' })} />
    </>
  );
}
