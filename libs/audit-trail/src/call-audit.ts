import type { AuditedCall, AuditedCaller } from './audited-call';

/** How a handler tells the trail what its call is about. Only names, ids and labels: never a value. */
export interface CallAudit {
  /** A resource the call touches; naming it again changes nothing but a version that was not known before. */
  resource(arn: string, type: string, versionId?: string): void;
  parameter(name: string, value: string | number | boolean | undefined): void;
  response(name: string, value: string | number | boolean | undefined): void;
  /** The resource turned out to be another than the one named before. */
  resourceIs(arn: string, type: string, named: string): void;
  /**
   * The account that the resource belongs to, 12 digits. Only once the caller was permitted to know of it: a call is in its caller's trail
   * always, and from then on in the owner's as well. Nobody writes into trails by naming accounts.
   */
  account(ownerAccountId: string): void;
  /** Who it turned out to be, where the credential was in the request. */
  caller(caller: AuditedCaller): void;
  /**
   * Records the call as successful now. A write calls it inside its transaction, before COMMIT, so that nothing changes
   * without its event; should the call fail afterwards, a second event says so. A stream calls it before its first message.
   * Once recorded, further calls do nothing: a repeated transaction has one event. Rejects with `serviceUnavailable`.
   */
  commit(): Promise<void>;
}

/** Every call that has an audit of its own; filled by `auditing`. */
export const audits = new WeakMap<AuditedCall, CallAudit>();

/** The audit of a call. Throws where `auditing` is not around the call: a handler that can't be audited must not run. */
export const auditOf = (call: AuditedCall): CallAudit => {
  const audit = audits.get(call);
  if (!audit) throw new Error(`${call.operation} is not audited`);
  return audit;
};
