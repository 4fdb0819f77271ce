import { type AccessCheck, type Authorizer, type Caller, requestTags } from '@strongroom/access';
import type { CallContext } from '@strongroom/grpc-kit';
import type { Decision } from '@strongroom/policy';
import { arnOfIdentity, type Identity, type IdentityName, type Tag } from '../domain/identity';
import type { PolicyReference } from '../domain/managed-policy';

export type IamCall = CallContext<Caller>;
type Context = NonNullable<AccessCheck['context']>;

/** Decides whether callers may act on users, groups, roles and policies. Refusals name them as the caller did. */
export class IamAccess {
  constructor(private readonly authorizer: Authorizer) {}

  /** For what is not a single entity, such as a list. */
  require(call: IamCall, action: string, context?: Context): void {
    this.authorizer.require(call, { action, resource: '*', resourceAccountId: call.caller.accountId, context });
  }

  /** For an identity of the caller's account: the one that was found, or one that does not exist, or not yet. */
  requireOn(
    call: IamCall,
    action: string,
    target: IdentityName & Partial<Identity>,
    context?: Context,
    label = `${target.kind} ${target.name}`,
  ): void {
    const { accountId } = call.caller;
    const { kind, name, path = '/' } = target;
    this.authorizer.require(call, {
      action,
      resource: arnOfIdentity({ accountId, kind, name, path }),
      resourceAccountId: accountId,
      // The refusal leaves the path out, because not everybody who knows a name knows the path.
      resourceLabel: label,
      resourceTags: tagRecord(target.tags ?? []),
      context,
    });
  }

  /**
   * For the identity that has something with a name of its own (`what`), as the caller knows it; for nobody if it is absent or
   * belongs to another account. A refused caller does not learn whether it exists, or whose it is.
   */
  requireOnHolder(call: IamCall, action: string, what: string, holder: Identity | undefined): void {
    if (holder) return this.requireOn(call, action, holder, undefined, what);
    const { accountId } = call.caller;
    this.authorizer.require(call, { action, resource: '*', resourceAccountId: accountId, resourceLabel: what });
  }

  requireOnPolicy(call: IamCall, action: string, policy: PolicyReference): void {
    this.authorizer.require(call, {
      action,
      resource: policy.arn,
      resourceAccountId: policy.accountId === 'aws' ? call.caller.accountId : policy.accountId,
      resourceLabel: `policy ${policy.arn}`,
    });
  }

  /** For a resource that has its ARN in the request. */
  requireOnResource(call: IamCall, action: string, { arn, accountId }: { arn: string; accountId: string }): void {
    this.authorizer.require(call, { action, resource: arn, resourceAccountId: accountId });
  }

  decide(call: Parameters<Authorizer['decide']>[0], check: AccessCheck): Decision {
    return this.authorizer.decide(call, check);
  }
}

export const tagRecord = (tags: readonly Tag[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ key, value }) => [key, value]));

/** The condition keys for the tags in a request. */
export const tagContext = (tags: readonly Tag[]): Context => requestTags(tags.map(({ key, value }) => [key, value]));

export const boundaryContext = (boundary: string | undefined): Context =>
  boundary === undefined ? {} : { 'iam:permissionsboundary': boundary };
