import type { CompiledPolicy, ContextValue } from '@strongroom/policy';
import type { Caller } from './caller';

export type Tags = ReadonlyMap<string, string> | Readonly<Record<string, string>>;

/** The facts about a call that policies can test; every `CallContext<Caller>` is one. */
export interface CallOrigin {
  readonly caller: Caller;
  readonly peer: { readonly address: string; readonly insecureTransport?: boolean };
  readonly userAgent: string;
  /** The service that makes this call for the caller, such as `secretsmanager`. */
  readonly via?: string;
}

/** The question whether a caller may do an action to a resource. */
export interface AccessCheck {
  /** Such as `secretsmanager:GetSecretValue`. */
  action: string;
  /** The resource's ARN, or `*` for an action without a particular resource. */
  resource: string;
  /** The owner's account; for `*` the caller's own. */
  resourceAccountId: string;
  resourcePolicy?: CompiledPolicy;
  /** The resource policy must admit the caller's account first, as with KMS keys and roles' trust policies. */
  keyPolicy?: boolean;
  /** The resource policy says what grants of a KMS key say. */
  grants?: boolean;
  /** The operation's condition keys, in lower case; they override the general ones. */
  context?: Readonly<Record<string, ContextValue>>;
  resourceTags?: Tags;
  /** The refusal shows this instead of the resource's ARN. */
  resourceLabel?: string;
}
