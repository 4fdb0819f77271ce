import { IconKey, IconLock, IconUser, IconUserShield } from '@tabler/icons-react';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { searchTexts as texts } from '../texts/search';
import { api } from './api';
import { goTo } from './go-to';
import { matches } from './matching';
import type { Found, FoundGroup } from './search-deeds';

const MAX_OF_A_GROUP = 6;
/** How many keys, users and roles the search knows; what is beyond them is found on their pages. */
const MAX_KNOWN = 100;
const MINUTE = 60_000;

/** What the services find for the query. What the person may not list is left out. */
export function useFindings(query: string): { found: FoundGroup[]; isSearching: boolean } {
  const [settled] = useDebouncedValue(query.trim(), 120);
  const isWanted = settled !== '';
  const secrets = useQuery(
    api.secrets.listSecrets.queryOptions(
      { maxResults: MAX_OF_A_GROUP, filters: [{ key: 'all', values: [settled] }] },
      { enabled: isWanted, placeholderData: keepPreviousData },
    ),
  );
  const known = { enabled: isWanted, staleTime: MINUTE };
  const aliases = useQuery(api.keys.listAliases.queryOptions({ limit: MAX_KNOWN }, known));
  const users = useQuery(api.identity.listUsers.queryOptions({ maxItems: MAX_KNOWN }, known));
  const roles = useQuery(api.identity.listRoles.queryOptions({ maxItems: MAX_KNOWN }, known));
  if (!isWanted) return { found: [], isSearching: false };

  const secretsFound = secrets.data?.secretList.map(({ name, description }): Found => ({
    id: `secret ${name}`,
    label: name,
    description,
    icon: IconLock,
    isMachineName: true,
    onOpen: () => goTo(`/secrets/${encodeURIComponent(name)}`),
  }));
  const named = <T>(items: readonly T[] | undefined, nameOf: (item: T) => string, found: (name: string, item: T) => Found) =>
    (items ?? [])
      .filter((item) => matches(nameOf(item), settled))
      .slice(0, MAX_OF_A_GROUP)
      .map((item) => found(nameOf(item), item));
  return {
    isSearching: secrets.isFetching,
    found: [
      { label: texts.groups.secrets, items: secretsFound ?? [] },
      {
        label: texts.groups.keys,
        items: named(
          aliases.data?.aliases.filter(({ targetKeyId }) => targetKeyId),
          ({ aliasName }) => aliasName,
          (name, { targetKeyId }) => ({
            id: name,
            label: name,
            icon: IconKey,
            isMachineName: true,
            onOpen: () => goTo(`/keys/${encodeURIComponent(targetKeyId)}`),
          }),
        ),
      },
      {
        label: texts.groups.users,
        items: named(
          users.data?.users,
          ({ userName }) => userName,
          (name) => ({
            id: `user ${name}`,
            label: name,
            icon: IconUser,
            isMachineName: true,
            onOpen: () => goTo(`/access/users/${encodeURIComponent(name)}`),
          }),
        ),
      },
      {
        label: texts.groups.roles,
        items: named(
          roles.data?.roles,
          ({ roleName }) => roleName,
          (name, { description }) => ({
            id: `role ${name}`,
            label: name,
            description,
            icon: IconUserShield,
            isMachineName: true,
            onOpen: () => goTo(`/access/roles/${encodeURIComponent(name)}`),
          }),
        ),
      },
    ],
  };
}
