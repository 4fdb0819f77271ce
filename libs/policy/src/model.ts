/**
 * What a policy is attached to, which decides its grammar: `resource` and `trust` policies name principals, the others must
 * not; a trust policy names no resource. Key policies and secret policies are `resource` policies.
 */
export type PolicyKind = 'identity' | 'resource' | 'trust' | 'boundary' | 'session';

/** One thing that is wrong, or unwise, in a policy document. An `error` makes `compilePolicy` throw; a `warning` does not. */
export interface Finding {
  severity: 'error' | 'warning';
  /** Where: a path such as `Statement[2].Condition.StringEquals`, a line and column for broken JSON, '' for the whole document. */
  place: string;
  /** What the language demands there. */
  rule: string;
}

/**
 * The value of a key that the request has twice, with different values: condition keys are case-insensitive, tags `Team` and `TEAM` are not. Nobody can
 * say which of them a policy means, so a request is refused by any policy that asks for it.
 */
export const AMBIGUOUS: unique symbol = Symbol('ambiguous');

/** One value, several values, or `undefined` where the request does not carry the key. An empty list counts as absent. */
export type ContextValue = string | readonly string[] | undefined | typeof AMBIGUOUS;

/**
 * The value of a condition key. Asked with the key in lower case, all of it, the tag key of `aws:resourcetag/team` too, since
 * condition keys are case-insensitive. Called only for keys that a policy mentions. Values are texts: `true`/`false`,
 * decimal numbers, ISO 8601 times or epoch seconds, IP addresses, base64, ARNs.
 */
export type ContextLookup = (key: string) => ContextValue;

/** Who asks. */
export interface RequestPrincipal {
  readonly kind: 'root' | 'user' | 'assumed-role' | 'service' | 'anonymous';
  /**
   * `arn:aws:iam::A:root`, the user's ARN, the session's ARN `arn:aws:sts::A:assumed-role/ROLE/SESSION`; for a service
   * its name, such as `rotation.strongroom.internal`; for anonymous callers ''.
   */
  readonly arn: string;
  /** 12 digits; '' for services and anonymous callers. */
  readonly accountId: string;
  /** The role behind an assumed-role session: `arn:aws:iam::A:role/PATH/ROLE`. */
  readonly roleArn?: string;
  /** The identity provider that vouches for the caller: what `{"Federated": …}` is compared with. */
  readonly federatedProvider?: string;
}

export interface AuthorizationRequest {
  /** Such as `secretsmanager:GetSecretValue`; compared case-insensitively. */
  readonly action: string;
  /** The resource's ARN, or `*` for an action on no resource in particular, which only the pattern `*` matches. */
  readonly resource: string;
  /** The account that owns the resource (for `*`: the caller's own). */
  readonly resourceAccountId: string;
  readonly principal: RequestPrincipal;
  readonly context: ContextLookup;
}

export interface Decision {
  readonly allowed: boolean;
  readonly reason: 'allowed' | 'explicit-deny' | 'implicit-deny';
  /** The kind of policy that allowed, denied, or did not allow what it would have had to; `root`: an account's root in its account. */
  readonly by?: PolicyKind | 'root';
  /** The Sid of the statement that decided, where it has one. */
  readonly sid?: string;
}
