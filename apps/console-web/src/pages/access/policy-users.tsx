import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../../app/api';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { accessTexts } from '../../texts/access';
import { NameLink } from './name-link';
import { groupTarget, roleTarget, type Target, userTarget } from './target';

const texts = accessTexts.policies;
/** Users, groups and roles that are looked at: each is a call. */
const MOST = 300;
const AT_A_TIME = 6;

interface Holder {
  kind: 'users' | 'groups' | 'roles';
  name: string;
  target: Target;
  boundary?: string;
}
interface Found extends Holder {
  isBoundary: boolean;
}

/** Everybody who has a policy attached, or as a boundary. There is no call for it, so all are asked for what they have. */
async function findUsersOf(arn: string, signal: AbortSignal): Promise<{ found: Found[]; isCut: boolean }> {
  const page = { maxItems: MOST };
  const [{ users }, { groups }, { roles }] = await Promise.all([
    client.identity.listUsers.query(page, { signal }),
    client.identity.listGroups.query(page, { signal }),
    client.identity.listRoles.query(page, { signal }),
  ]);
  const holders: Holder[] = [
    ...users.map(({ userName, permissionsBoundary }) => ({
      ...{ kind: 'users' as const, name: userName, target: userTarget(userName), boundary: permissionsBoundary },
    })),
    ...groups.map(({ groupName }) => ({ kind: 'groups' as const, name: groupName, target: groupTarget(groupName) })),
    ...roles.map(({ roleName, permissionsBoundary }) => ({
      ...{ kind: 'roles' as const, name: roleName, target: roleTarget(roleName), boundary: permissionsBoundary },
    })),
  ];
  const found: Found[] = [];
  const waiting = holders.slice(0, MOST).values();
  const look = async () => {
    for (const holder of waiting) {
      const { target } = holder;
      const { attachedPolicies } = await client.identity.listAttachedPolicies.query({ target, maxItems: 100 }, { signal });
      if (holder.boundary === arn) found.push({ ...holder, isBoundary: true });
      if (attachedPolicies.some(({ policyArn }) => policyArn === arn)) found.push({ ...holder, isBoundary: false });
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, look));
  return { found: found.sort((a, b) => a.name.localeCompare(b.name)), isCut: holders.length > MOST };
}

/** Who uses a policy, once the person wants to know. */
export function PolicyUsers({ arn }: { arn: string }) {
  const [isAsked, setAsked] = useState(false);
  const query = useQuery({
    queryKey: ['policy-users', arn],
    queryFn: ({ signal }) => findUsersOf(arn, signal),
    enabled: isAsked,
    staleTime: 0,
  });
  return (
    <Section
      title={texts.usersTitle}
      description={texts.usersHint}
      actions={
        <Button
          size="xs"
          variant="default"
          loading={query.isFetching}
          onClick={() => (isAsked ? void query.refetch() : setAsked(true))}
        >
          {texts.findUsers}
        </Button>
      }
    >
      <Problem error={query.error} onRetry={() => void query.refetch()} />
      {query.data && (
        <Stack gap={6}>
          {query.data.found.length === 0 && <Text size="sm">{texts.nobody}</Text>}
          {query.data.found.map(({ kind, name, isBoundary }) => (
            <Group key={`${kind}${name}${isBoundary}`} gap="xs">
              <Text size="sm" c="dimmed" w="4rem">
                {texts.holder[kind]}
              </Text>
              <NameLink kind={kind} id={name} />
              {isBoundary && (
                <Text size="sm" c="dimmed">
                  {texts.boundary}
                </Text>
              )}
            </Group>
          ))}
          {query.data.isCut && (
            <Text size="sm" c="dimmed">
              {texts.usersMore(MOST)}
            </Text>
          )}
        </Stack>
      )}
    </Section>
  );
}
