import type { Query } from './procedures';

export interface AccessQuestion {
  /** `user/NAME`, `role/NAME`, or the ARN of a user, role or role session. */
  readonly who: string;
  /** Such as `secretsmanager:GetSecretValue`. */
  readonly action: string;
  /** A secret, a key or its alias, `user/NAME`, `role/NAME`, an ARN, or `*`. */
  readonly what: string;
  /** Condition keys of the call, with their values. */
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

/** Whether somebody may do something, and why. */
export interface AccessVerdict {
  readonly who: string;
  readonly action: string;
  readonly resource: string;
  /** `unknown`: it depends on policies of another account. */
  readonly decision: 'allowed' | 'denied' | 'unknown';
  /** `explicit`: a Deny applies. `implicit`: nothing allows it. */
  readonly denial?: 'explicit' | 'implicit';
  /** One sentence. */
  readonly because: string;
  /** The policy that decides, or that would have to allow. */
  readonly policy?: {
    readonly kind: string;
    readonly name: string;
    readonly arn?: string;
    readonly of: string;
    readonly statement?: string;
    readonly sid?: string;
  };
  /** Condition keys that only a real call has; without a value they were taken as absent. */
  readonly assumed: readonly { readonly key: string; readonly value?: string }[];
  readonly notes: readonly string[];
  /** What the action needs besides: the customer key of a secret. */
  readonly needs?: AccessVerdict;
}

/** Questions about permissions, answered with the person's own right to read policies. */
export type AccessProcedures = {
  /** Every action that policies can name, such as `kms:Decrypt`, in the order of the alphabet. */
  actions: Query<object, { readonly actions: readonly string[] }>;
  can: Query<AccessQuestion, AccessVerdict>;
};
