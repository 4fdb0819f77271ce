import type { Clock } from '@strongroom/clock';
import { accessDenied, type DomainError } from '@strongroom/errors';
import {
  type AuthorizationRequest,
  type ContextValue,
  type Decision,
  type DecidingStatement,
  decidingStatement,
  evaluate,
  type PolicyKind,
  type PolicySet,
} from '@strongroom/policy';
import type { Caller } from './caller';
import type { AccessCheck, CallOrigin } from './access-check';
import { contextOfCheck } from './request-context';

/** A decision, and what it comes from. */
export interface Explanation {
  decision: Decision;
  /** The statement that decided; undefined if none did. */
  statement?: DecidingStatement;
  /** The condition keys that the policies looked at, in lower case, with the values that they found. */
  asked: ReadonlyMap<string, ContextValue>;
}

/**
 * Decides what callers may do. Fills in the condition keys that every operation has: aws:SourceIp, aws:UserAgent,
 * aws:SecureTransport, aws:CurrentTime, aws:EpochTime, aws:TokenIssueTime, aws:MultiFactorAuthPresent, aws:MultiFactorAuthAge,
 * aws:RequestedRegion, aws:ResourceAccount, aws:ResourceTag/…, aws:PrincipalArn, aws:PrincipalAccount, aws:PrincipalType,
 * aws:PrincipalTag/…, aws:PrincipalIsAWSService, aws:PrincipalServiceName, aws:userid, aws:username, aws:FederatedProvider,
 * aws:ViaAWSService, aws:CalledVia….
 */
export class Authorizer {
  private reads = 0;
  private readonly surroundings: { region: string; now(): number };

  constructor(options: { region: string; clock: Clock }) {
    const now = (): number => {
      this.reads++;
      return options.clock.millis();
    };
    this.surroundings = { region: options.region, now };
  }

  /**
   * How often policies have asked for the time. If it is the same before and after a decision, that does not depend on the time.
   */
  get timesRead(): number {
    return this.reads;
  }

  get region(): string {
    return this.surroundings.region;
  }

  decide(call: CallOrigin, check: AccessCheck): Decision {
    return evaluate(this.requestOf(call, check), policiesOf(call.caller, check));
  }

  /** The same decision as `decide`, with its reasons: for tools, because it costs more. */
  explain(call: CallOrigin, check: AccessCheck): Explanation {
    const request = this.requestOf(call, check);
    const policies = policiesOf(call.caller, check);
    const asked = new Map<string, ContextValue>();
    const context = (key: string): ContextValue => {
      const value = request.context(key);
      asked.set(key, value);
      return value;
    };
    const decision = evaluate({ ...request, context }, policies);
    return { decision, statement: decidingStatement(decision, policies), asked };
  }

  /** @throws AccessDeniedException, worded as AWS does, unless the caller may */
  require(call: CallOrigin, check: AccessCheck): void {
    const decision = this.decide(call, check);
    if (!decision.allowed) throw this.refusal(call, check, decision);
  }

  /** The AccessDeniedException for a decision that does not allow the call, worded as AWS does. */
  refusal({ caller }: CallOrigin, check: AccessCheck, decision: Decision): DomainError {
    return accessDenied(refusal(caller, check, decision));
  }

  private requestOf(call: CallOrigin, check: AccessCheck): AuthorizationRequest {
    return {
      action: check.action,
      resource: check.resource,
      resourceAccountId: check.resourceAccountId,
      principal: call.caller.principal,
      context: contextOfCheck(call, check, this.surroundings),
    };
  }
}

/** A caller has the fields of a policy set. Without a resource policy the caller itself is the set, so nothing is allocated. */
const policiesOf = (caller: Caller, check: AccessCheck): PolicySet =>
  check.resourcePolicy === undefined && !check.keyPolicy
    ? caller
    : {
        identity: caller.identity,
        boundary: caller.boundary,
        session: caller.session,
        resource: check.resourcePolicy,
        resourcePolicyRequired: check.keyPolicy,
        resourcePolicyIsGrant: check.grants,
      };

const KINDS: Record<PolicyKind, string> = {
  identity: 'identity-based policy',
  resource: 'resource-based policy',
  trust: 'resource-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
};

function refusal(caller: Caller, check: AccessCheck, { reason, by }: Decision): string {
  const head = `User: ${caller.arn} is not authorized to perform: ${check.action} on resource: ${check.resourceLabel ?? check.resource}`;
  const kind = KINDS[by === undefined || by === 'root' ? 'identity' : by];
  if (reason !== 'explicit-deny') return `${head} because no ${kind} allows the ${check.action} action`;
  return `${head} with an explicit deny in ${kind.startsWith('i') ? 'an' : 'a'} ${kind}`;
}
