import { type AccessCheck, type Authorizer, type Caller, requestTags } from '@strongroom/access';
import type { CallContext } from '@strongroom/grpc-kit';
import type { Decision } from '@strongroom/policy';
import { arnOfIdentity, type Identity, type IdentityName, type Tag } from '../domain/identity';
import type { PolicyReference } from '../domain/managed-policy';

export type IamCall = CallContext<Caller>;
type Context = NonNullable<AccessCheck['context']>;

/** Asks whether callers may act on users, groups, roles and policies. Refusals name them as the caller did. */
export class IamAccess {
  constructor(private readonly authorizer: Authorizer) {}

  /** On something that is not one entity, such as a list. */
  require(call: IamCall, action: string, context?: Context): void {
    this.authorizer.require(call, { action, resource: '*', resourceAccountId: call.caller.accountId, context });
  }

  /** On an identity of the caller's account: the one that was found, or one that is not there or not yet. */
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
      // The path stays unsaid: it is not known to everybody who knows a name.
      resourceLabel: label,
      resourceTags: tagRecord(target.tags ?? []),
      context,
    });
  }

  /**
   * On whoever holds something that has a name of its own, as the one who asks knows it (`what`); nobody where it is not there,
   * or another account's. Who is refused does not learn whether it is, nor whose.
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

  requireOnProvider(call: IamCall, action: string, { arn, accountId }: { arn: string; accountId: string }): void {
    this.authorizer.require(call, { action, resource: arn, resourceAccountId: accountId });
  }

  decide(call: Parameters<Authorizer['decide']>[0], check: AccessCheck): Decision {
    return this.authorizer.decide(call, check);
  }
}

export const tagRecord = (tags: readonly Tag[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ key, value }) => [key, value]));

/** The condition keys of tags that come with a request. */
export const tagContext = (tags: readonly Tag[]): Context => requestTags(tags.map(({ key, value }) => [key, value]));

export const boundaryContext = (boundary: string | undefined): Context =>
  boundary === undefined ? {} : { 'iam:permissionsboundary': boundary };
