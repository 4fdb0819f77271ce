import type { PolicyKind } from './model';
import type { CompiledStatement } from './statement';

/** A policy, checked and turned into matchers once; immutable, safe to share. Made by `compilePolicy`. */
export interface CompiledPolicy {
  readonly kind: PolicyKind;
  readonly version: '2008-10-17' | '2012-10-17';
  readonly id?: string;
  /** Deny statements and Allow statements apart, since the former are asked first. */
  readonly denies: readonly CompiledStatement[];
  readonly allows: readonly CompiledStatement[];
}

export interface CompileOptions {
  /** The longest document accepted, in characters (UTF-16 code units), whitespace included. Default: no limit. */
  maxLength?: number;
}

/** Every policy that has a say in a request. */
export interface PolicySet {
  /** The user's or role's own policies, and those of the user's groups. */
  readonly identity: readonly CompiledPolicy[];
  readonly boundary?: CompiledPolicy;
  /** The policies given when the session was made; none means that the session is not narrowed. */
  readonly session?: readonly CompiledPolicy[];
  /** The resource's own policy; for AssumeRole the role's trust policy. */
  readonly resource?: CompiledPolicy;
  /**
   * True for resources of the kind of KMS keys, where the identity policies of the owner's account count only if the
   * resource policy says so by naming the account. Always true for trust policies.
   */
  readonly resourcePolicyRequired?: boolean;
}
