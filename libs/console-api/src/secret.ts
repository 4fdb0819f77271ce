import type { Query } from './procedures';

/** What a person may do with a secret, as secrets-api sees it now. Conditions on what a request contains may still refuse it. */
export interface Right {
  /** Such as `PutSecretValue`. */
  readonly action: string;
  readonly allowed: boolean;
  /** Why not, in the words of the refusal. */
  readonly message?: string;
}

export interface DecidingPolicy {
  /** Such as `managed policy`, `inline policy`, `secret policy`. */
  readonly kind: string;
  readonly name: string;
  readonly arn?: string;
  /** Who or what has it, such as `user ann` or `group operators`. */
  readonly of: string;
  /** Such as `Statement[2]`. */
  readonly statement?: string;
  readonly sid?: string;
}

/** Whether somebody may do something, and why. */
export interface JudgedPrincipal {
  readonly kind: 'user' | 'role';
  readonly name: string;
  /** `unknown`: it depends on policies of another account. */
  readonly decision: 'allowed' | 'denied' | 'unknown';
  /** A sentence for each thing that is needed: the secret, and its customer key. */
  readonly because: readonly string[];
  readonly policy?: DecidingPolicy;
  /** Condition keys that only a real call has, and that were taken as absent. */
  readonly assumed: readonly string[];
}

export interface WhoCan {
  readonly principals: readonly JudgedPrincipal[];
  /** Principals of other accounts, and services, that the secret's own policy names. */
  readonly outsiders: readonly string[];
  /** There are more users and roles than one answer judges. */
  readonly more: boolean;
}

export interface KeyDifference {
  /** The path to the key, `a.b` for one inside of another; '' for a value that is no JSON object. */
  readonly key: string;
  readonly change: 'added' | 'removed' | 'changed' | 'same';
}

/** What the page asks about one secret, beside the methods of secrets-api. */
export type SecretProcedures = {
  /** At most 20 actions of secretsmanager, without the prefix. */
  rights: Query<{ secretId: string; actions: readonly string[] }, readonly Right[]>;
  /** Every user and role of the account, judged with the person's own right to read policies. */
  whoCan: Query<{ secretId: string; action: string }, WhoCan>;
  /** Reads two versions and tells which keys differ; the values stay in the service. */
  compare: Query<{ secretId: string; from: string; to: string }, readonly KeyDifference[]>;
};
