import { type Principal, PrincipalKind } from '@strongroom/contracts/strongroom/identity/v1/identity';
import type { PolicyKind } from '@strongroom/policy';
import type { Caller } from './caller';
import type { PolicyCache } from './policy-cache';

/** Turns identity-service's answer into a caller, its policies compiled. */
export function callerOfPrincipal(principal: Principal, policies: PolicyCache): Caller {
  const compile = (document: string, kind: PolicyKind) => policies.get(principal.accountId, document, kind);
  const role = principal.kind === PrincipalKind.ROLE_SESSION;
  const common = {
    credentialId: principal.credentialId,
    arn: principal.arn,
    accountId: principal.accountId,
    userId: principal.userId,
    tags: new Map(principal.tags.map((tag) => [tag.key, tag.value])),
    identity: principal.policies.map((policy) => compile(policy.document, 'identity')),
    boundary: principal.permissionsBoundary && compile(principal.permissionsBoundary.document, 'boundary'),
    session: principal.sessionPolicies.length
      ? principal.sessionPolicies.map((policy) => compile(policy.document, 'session'))
      : undefined,
    accessKeyId: principal.accessKeyId || undefined,
    issueTime: principal.issueTime,
    expireTime: principal.expireTime,
    multiFactorAuthTime: principal.multiFactorAuthTime,
  };
  const identity = { arn: principal.arn, accountId: principal.accountId };
  return role
    ? {
        ...common,
        kind: 'assumed-role',
        roleArn: principal.roleArn,
        sessionName: principal.userId.slice(principal.userId.indexOf(':') + 1),
        principal: { kind: 'assumed-role', ...identity, roleArn: principal.roleArn },
      }
    : { ...common, kind: 'user', userName: principal.userName, principal: { kind: 'user', ...identity } };
}
