import type { PolicySource } from './policy-source';

/** Where a decision comes from. */
export interface DecidingPolicy extends PolicySource {
  /** Such as `Statement[2]`. */
  statement?: string;
  sid?: string;
  effect?: 'Allow' | 'Deny';
}

/** A condition key that policies asked for and that only a real call has. */
export interface Assumption {
  key: string;
  /** Absent: it was taken as absent. */
  value?: string;
}

/** Whether somebody may do something, and why. */
export interface Verdict {
  who: string;
  action: string;
  resource: string;
  /** `unknown`: it depends on policies of another account. */
  decision: 'allowed' | 'denied' | 'unknown';
  /** `explicit`: a Deny applies. `implicit`: nothing allows it. */
  denial?: 'explicit' | 'implicit';
  /** One sentence. */
  because: string;
  /** The policy that decides, or that would have to allow. */
  policy?: DecidingPolicy;
  assumed: readonly Assumption[];
  notes: readonly string[];
  /** What the action needs besides: the customer key of a secret. */
  needs?: Verdict;
}

/** Something and all that it needs. */
export const decisionOf = ({ decision, needs }: Verdict): Verdict['decision'] => {
  if (needs === undefined || decision === 'denied') return decision;
  const further = decisionOf(needs);
  return further === 'allowed' ? decision : further;
};
