import type { UserIdentity } from '@strongroom/contracts/strongroom/audit/v1/audit';

export type NamedIdentity = Pick<UserIdentity, 'type' | 'principalId' | 'userName'>;

/** CloudTrail's Username: the name of a user, or of a role's session; '' for services and strangers. */
export function userNameOf({ type, principalId, userName }: NamedIdentity): string {
  if (userName !== '' || type !== 'AssumedRole') return userName;
  return principalId.slice(principalId.indexOf(':') + 1);
}
