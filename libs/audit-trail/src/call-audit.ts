import type { AuditedCall, AuditedCaller } from './audited-call';

/** With this a handler tells the trail what its call is about: names, ids and labels only, never a secret value. */
export interface CallAudit {
  /** A resource that the call touches. Naming it again only adds a version that was unknown before. */
  resource(arn: string, type: string, versionId?: string): void;
  parameter(name: string, value: string | number | boolean | undefined): void;
  response(name: string, value: string | number | boolean | undefined): void;
  /** The resource is another one than the one named before. */
  resourceIs(arn: string, type: string, named: string): void;
  /**
   * The account that owns the resource, 12 digits. A handler may call this only once the caller was permitted to know of the
   * resource: the call is always in the caller's trail, and from then on also in the owner's. So nobody can write into trails by
   * naming accounts.
   */
  account(ownerAccountId: string): void;
  /** The caller, if the credential was in the request. */
  caller(caller: AuditedCaller): void;
  /**
   * Records the call as successful now. A write calls it inside its transaction, before COMMIT, so that nothing changes without
   * its event; if the call fails afterwards, a second event says so. A stream calls it before its first message. Once recorded,
   * further calls do nothing, so a repeated transaction has one event. Rejects with `serviceUnavailable`.
   */
  commit(): Promise<void>;
  /**
   * Records the call as successful again, with what was told since: a part of it has failed after `commit`. This event takes the
   * one before back.
   */
  correct(): Promise<void>;
}

/** Every call that has an audit of its own; filled by `auditing`. */
export const audits = new WeakMap<AuditedCall, CallAudit>();

/**
 * The audit of a call. @throws Error if the call does not run inside `auditing`: a handler that cannot be audited must not run
 */
export function auditOf(call: AuditedCall): CallAudit {
  const audit = audits.get(call);
  if (!audit) throw new Error(`${call.operation} is not audited`);
  return audit;
}
