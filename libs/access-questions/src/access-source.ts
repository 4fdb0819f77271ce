import type { StrongroomClient } from '@strongroom/client';

/** Where policies are read, with the rights of whoever asks. */
export interface AccessSource {
  identity: Pick<
    StrongroomClient['identity'],
    | 'getInlinePolicy'
    | 'getPolicy'
    | 'getPolicyVersion'
    | 'getRole'
    | 'getUser'
    | 'listAttachedPolicies'
    | 'listGroupsForUser'
    | 'listInlinePolicies'
    | 'listRoles'
    | 'listUsers'
  >;
  keys: Pick<StrongroomClient['keys'], 'describeKey' | 'getKeyPolicy' | 'listAliases' | 'listGrants' | 'listResourceTags'>;
  secrets: Pick<StrongroomClient['secrets'], 'describeSecret' | 'getResourcePolicy'>;
}
