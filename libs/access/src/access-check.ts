import type { CompiledPolicy, ContextValue } from '@strongroom/policy';
import type { Caller } from './caller';

export type Tags = ReadonlyMap<string, string> | Readonly<Record<string, string>>;

/** What of a call policies may ask about; every `CallContext<Caller>` is one. */
export interface CallOrigin {
  readonly caller: Caller;
  readonly peer: { readonly address: string; readonly insecureTransport?: boolean };
  readonly userAgent: string;
  /** The service that makes this call for the caller, such as `secretsmanager`. */
  readonly via?: string;
}

/** May this caller do this to that? */
export interface AccessCheck {
  /** Such as `secretsmanager:GetSecretValue`. */
  action: string;
  /** The resource's ARN, or `*` for an action on none in particular. */
  resource: string;
  /** The owner's account; for `*` the caller's own. */
  resourceAccountId: string;
  resourcePolicy?: CompiledPolicy;
  /** The resource policy has to let the caller's account in first, as with KMS keys and roles' trust policies. */
  keyPolicy?: boolean;
  /** Condition keys of the operation, in lower case; they come before the general ones. */
  context?: Readonly<Record<string, ContextValue>>;
  resourceTags?: Tags;
  /** What the refusal shows instead of the resource's ARN. */
  resourceLabel?: string;
}
