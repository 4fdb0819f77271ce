import { type Principal, PrincipalKind } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { type CompiledPolicy, compilePolicy, type PolicyKind } from '@strongroom/policy';
import { type Caller } from './caller';

/** Turns identity-service's answer into a caller, its policies compiled. */
export function callerOfPrincipal(principal: Principal, compile: PolicyCompiler): Caller {
  const role = principal.kind === PrincipalKind.ROLE_SESSION;
  const common = {
    credentialId: principal.credentialId,
    arn: principal.arn,
    accountId: principal.accountId,
    userId: principal.userId,
    tags: new Map(principal.tags.map((tag) => [tag.key, tag.value])),
    identity: principal.policies.map((policy) => compile.policy(policy.document, 'identity')),
    boundary: principal.permissionsBoundary && compile.policy(principal.permissionsBoundary.document, 'boundary'),
    session: principal.sessionPolicies.length
      ? principal.sessionPolicies.map((policy) => compile.policy(policy.document, 'session'))
      : undefined,
    accessKeyId: principal.accessKeyId || undefined,
    issueTime: principal.issueTime,
    expireTime: principal.expireTime,
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

/** Compiles policies, keeping the last ones: many principals share a document. */
export class PolicyCompiler {
  private readonly kept = new Map<string, CompiledPolicy>();

  constructor(private readonly limit = 1_000) {}

  policy(document: string, kind: PolicyKind): CompiledPolicy {
    const key = `${kind} ${document}`;
    const known = this.kept.get(key);
    if (known) return known;
    const compiled = compilePolicy(document, kind);
    if (this.kept.size >= this.limit) this.kept.delete(this.kept.keys().next().value!);
    this.kept.set(key, compiled);
    return compiled;
  }
}
