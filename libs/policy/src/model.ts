/**
 * What a policy is attached to, which decides its grammar: `resource` and `trust` policies name principals, the others must
 * not; a trust policy names no resource. Key policies and secret policies are `resource` policies.
 */
export type PolicyKind = 'identity' | 'resource' | 'trust' | 'boundary' | 'session';

/** A fault or an unwise element of a policy document. An `error` makes `compilePolicy` throw; a `warning` does not. */
export interface Finding {
  severity: 'error' | 'warning';
  /**
   * The place: a path such as `Statement[2].Condition.StringEquals`, a line and column for broken JSON, '' for the whole
   * document.
   */
  place: string;
  /** The rule of the language. */
  rule: string;
}

/**
 * The value of a key that the request has twice, with different values: condition keys are case-insensitive, the tags `Team` and
 * `TEAM` are not. Nobody can know which one a policy means, so every policy that uses the key refuses the request.
 */
export const AMBIGUOUS: unique symbol = Symbol('ambiguous');

/** One value, several values, or `undefined` if the request does not have the key. An empty list counts as absent. */
export type ContextValue = string | readonly string[] | undefined | typeof AMBIGUOUS;

/**
 * The value of a condition key. The key is in lower case, including the tag key of `aws:resourcetag/team`, because condition keys
 * are case-insensitive. Called only for keys that a policy mentions. Values are texts: `true`/`false`, decimal numbers, ISO 8601
 * times or epoch seconds, IP addresses, base64, ARNs.
 */
export type ContextLookup = (key: string) => ContextValue;

/** The caller. */
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
  /** The identity provider of the caller's token, which is compared with `{"Federated": …}`. */
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
  /** The kind of policy that allowed or denied, or that would have had to allow; `root`: an account's root in its account. */
  readonly by?: PolicyKind | 'root';
  /** The Sid of the deciding statement, if it has one. */
  readonly sid?: string;
}
