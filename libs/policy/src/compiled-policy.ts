import type { PolicyKind } from './model';
import type { CompiledStatement } from './statement';

/** A policy that is checked and compiled to matchers; immutable and safe to share. `compilePolicy` creates it. */
export interface CompiledPolicy {
  readonly kind: PolicyKind;
  readonly version: '2008-10-17' | '2012-10-17';
  readonly id?: string;
  /** As it was written. */
  readonly document: string;
  /** Deny and Allow statements separately, because Deny statements are checked first. */
  readonly denies: readonly CompiledStatement[];
  readonly allows: readonly CompiledStatement[];
}

export interface CompileOptions {
  /** The longest document accepted, in characters (UTF-16 code units), whitespace included. Default: no limit. */
  maxLength?: number;
}

/** All policies that take part in the decision of a request. */
export interface PolicySet {
  /** The user's or role's own policies, and those of the user's groups. */
  readonly identity: readonly CompiledPolicy[];
  readonly boundary?: CompiledPolicy;
  /** The session policies; none means that the session is not narrowed. */
  readonly session?: readonly CompiledPolicy[];
  /** The resource's own policy; for AssumeRole the role's trust policy. */
  readonly resource?: CompiledPolicy;
  /**
   * True for resources like KMS keys: the identity policies of the owner's account count only if the resource policy names the
   * account. Always true for trust policies.
   */
  readonly resourcePolicyRequired?: boolean;
  /**
   * True if grants of a KMS key take the place of its policy: in every account they count as a key policy does in the key's own,
   * so whom they name needs no identity policy.
   */
  readonly resourcePolicyIsGrant?: boolean;
}
