import { type AuditedCall, auditOf } from '@strongroom/audit-trail';
import type { Entity } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { checkName } from '../domain/field-rules';
import { validationError } from '../domain/iam-errors';
import {
  arnOfIdentity,
  type Identity,
  type IdentityKind,
  type IdentityName,
  KIND_TITLES,
  noSuchIdentity,
} from '../domain/identity';
import { type ManagedPolicy, noSuchPolicy, parsePolicyArn } from '../domain/managed-policy';
import type { Lock, Repositories } from '../domain/store.port';
import type { Dependencies } from './dependencies';
import { boundaryContext, type IamCall, tagRecord } from './iam-access';

/** Runs a handler's change within the call's deadline, and not without its audit event. */
export const writeOf = (call: AuditedCall) => ({ deadline: call.deadline, beforeCommit: () => auditOf(call).commit() });

/** What a session tells its owner of how it began. */
export const beginningOf = ({ peer, userAgent }: Pick<AuditedCall, 'peer' | 'userAgent'>) => ({
  sourceIpAddress: peer.address.slice(0, 45),
  userAgent: userAgent.slice(0, 256),
});

/** The identity that a request names. */
export function targetOf(entity: Entity | undefined, kinds: readonly IdentityKind[] = ['user', 'group', 'role']): IdentityName {
  const { $case, value = '' } = entity?.entity ?? {};
  const kind = $case === 'userName' ? 'user' : $case === 'groupName' ? 'group' : $case === 'roleName' ? 'role' : undefined;
  if (kind === undefined || !kinds.includes(kind)) throw validationError(`target must name a ${kinds.join(' or ')}.`);
  return { kind, name: checkName(value, kind, `target.${kind}_name`) };
}

/** The user that a request names, by default the caller. */
export function userOf(userName: string, call: IamCall): IdentityName {
  if (userName !== '') return { kind: 'user', name: checkName(userName, 'user', 'user_name') };
  const { userName: own } = call.caller;
  if (own === undefined) throw validationError('user_name must be given by a caller that is not a user.');
  return { kind: 'user', name: own };
}

/** An identity of the caller's account on which the caller may do `action`. Nobody else learns whether it exists. */
export async function requireIdentity(
  d: Dependencies,
  call: IamCall,
  repositories: Repositories,
  action: string,
  name: IdentityName,
  options: {
    lock?: Lock;
    context?: Parameters<Dependencies['access']['requireOn']>[3];
    /** The boundary of the identity is a condition key of the call. */
    bounded?: boolean;
  } = {},
): Promise<Identity> {
  const found = await repositories.identities.find(call.caller.accountId, name, options.lock);
  const boundary = options.bounded ? boundaryContext(found?.permissionsBoundary) : {};
  d.access.requireOn(call, action, found ?? name, { ...boundary, ...options.context });
  if (!found) throw noSuchIdentity(name);
  nameIdentity(call, found);
  return found;
}

/** Whether a request names the calling user. */
export const isSameName = ({ name }: IdentityName, { caller }: IamCall): boolean =>
  name.toLowerCase() === caller.userName?.toLowerCase();

/**
 * As `requireIdentity`, for what users may do with what is their own: they need no policy for it; only an explicit deny counts.
 */
export async function requireUnlessDenied(
  d: Dependencies,
  call: IamCall,
  repositories: Repositories,
  action: string,
  name: IdentityName,
  { lock }: { lock?: Lock } = {},
): Promise<Identity> {
  const { accountId } = call.caller;
  const found = await repositories.identities.find(accountId, name, lock);
  if (!found) throw noSuchIdentity(name);
  const resource = arnOfIdentity(found);
  const check = { action, resource, resourceAccountId: accountId, resourceTags: tagRecord(found.tags) };
  if (d.access.decide(call, check).reason === 'explicit-deny') d.access.requireOn(call, action, found);
  nameIdentity(call, found);
  return found;
}

export function nameIdentity(call: IamCall, identity: Identity): void {
  auditOf(call).resource(arnOfIdentity(identity), `AWS::IAM::${KIND_TITLES[identity.kind]}`);
}

/** A managed policy on which the caller may do `action`. */
export async function requirePolicy(
  d: Dependencies,
  call: IamCall,
  repositories: Repositories,
  action: string,
  policyArn: string,
  lock?: Lock,
): Promise<ManagedPolicy> {
  const reference = parsePolicyArn(policyArn);
  d.access.requireOnPolicy(call, action, reference);
  const found = await repositories.policies.find(reference, lock);
  if (!found) throw noSuchPolicy(policyArn);
  auditOf(call).resource(policyArn, 'AWS::IAM::Policy');
  return found;
}
