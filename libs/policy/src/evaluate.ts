import type { AuthorizationRequest, Decision, PolicyKind } from './model';
import type { CompiledPolicy, PolicySet } from './compiled-policy';
import { Grade } from './principal-matcher';
import { AmbiguousKey } from './unambiguous';
import { TooMuchWork, withinLimit } from './work';
import { applies, type CompiledStatement } from './statement';

const withheld = (by: PolicyKind): Decision => Object.freeze({ allowed: false, reason: 'implicit-deny', by });

/** No policy denied, but this kind of policy did not allow. */
const WITHHELD: Readonly<Record<PolicyKind, Decision>> = {
  identity: withheld('identity'),
  resource: withheld('resource'),
  trust: withheld('trust'),
  boundary: withheld('boundary'),
  session: withheld('session'),
};

/** If it is unknown whether a Deny applies, it does. */
const UNTOLD_DENIED: Decision = Object.freeze({ allowed: false, reason: 'explicit-deny' });

const ROOT_ALLOWED: Decision = Object.freeze({ allowed: true, reason: 'allowed', by: 'root' });

/**
 * Decides a request by AWS's evaluation order (docs/policy.md has the picture): an explicit Deny anywhere; then, within an
 * account, what the resource policy grants the caller directly, or what identity policies or a grant to the caller's role allow
 * within boundary and session policies; across accounts, both sides. Never throws; decisions are shared, frozen objects.
 */
export function evaluate(request: AuthorizationRequest, policies: PolicySet): Decision {
  try {
    return withinLimit(() => decide(request, policies));
  } catch (error) {
    if (error instanceof AmbiguousKey || error instanceof TooMuchWork) return UNTOLD_DENIED;
    throw error;
  }
}

function decide(request: AuthorizationRequest, policies: PolicySet): Decision {
  const { principal } = request;
  const action = request.action.toLowerCase();

  const denial = findDenial(request, action, policies);
  if (denial) return denial.decision;

  let grant: CompiledStatement | undefined;
  let grade: Grade = Grade.NONE;
  if (policies.resource) {
    const narrowed = policies.session !== undefined && policies.session.length > 0;
    for (const statement of policies.resource.allows) {
      const closer = statement.principals!.grant(principal, narrowed);
      if (closer <= grade || !applies(statement, action, request)) continue;
      grant = statement;
      grade = closer;
      if (grade === Grade.CALLER) break;
    }
  }
  const resourceKind = policies.resource?.kind ?? 'resource';

  // Services and anonymous callers have no policies of their own: only the resource's policy can admit them.
  if (principal.kind === 'service' || principal.kind === 'anonymous') return grant?.decision ?? WITHHELD[resourceKind];

  const sameAccount = policies.resourcePolicyIsGrant === true || principal.accountId === request.resourceAccountId;
  if (sameAccount && grade === Grade.CALLER) return grant!.decision;
  const needsResourcePolicy = !sameAccount || policies.resourcePolicyRequired === true || resourceKind === 'trust';
  if (needsResourcePolicy && !grant) return WITHHELD[resourceKind];

  let basis: Decision | undefined;
  if (sameAccount && grade === Grade.ENTITY) basis = grant!.decision;
  else if (principal.kind === 'root') basis = ROOT_ALLOWED;
  else basis = findAllow(policies.identity, request, action)?.decision;
  if (!basis) return WITHHELD.identity;
  if (policies.boundary && !allowIn(policies.boundary, request, action)) return WITHHELD.boundary;
  if (policies.session && policies.session.length > 0 && !findAllow(policies.session, request, action)) return WITHHELD.session;
  return sameAccount ? basis : grant!.decision;
}

function findDenial(request: AuthorizationRequest, action: string, policies: PolicySet): CompiledStatement | undefined {
  const { identity, boundary, session, resource } = policies;
  for (const policy of identity) {
    const found = denyIn(policy, request, action);
    if (found) return found;
  }
  if (session) {
    for (const policy of session) {
      const found = denyIn(policy, request, action);
      if (found) return found;
    }
  }
  const found = boundary && denyIn(boundary, request, action);
  if (found || !resource) return found;
  for (const statement of resource.denies) {
    if (statement.principals!.denies(request.principal, boundary !== undefined) && applies(statement, action, request)) {
      return statement;
    }
  }
  return undefined;
}

function denyIn(policy: CompiledPolicy, request: AuthorizationRequest, action: string): CompiledStatement | undefined {
  for (const statement of policy.denies) if (applies(statement, action, request)) return statement;
  return undefined;
}

function allowIn(policy: CompiledPolicy, request: AuthorizationRequest, action: string): CompiledStatement | undefined {
  for (const statement of policy.allows) if (applies(statement, action, request)) return statement;
  return undefined;
}

function findAllow(
  policies: readonly CompiledPolicy[],
  request: AuthorizationRequest,
  action: string,
): CompiledStatement | undefined {
  for (const policy of policies) {
    const found = allowIn(policy, request, action);
    if (found) return found;
  }
  return undefined;
}
