import type { CompiledPolicy, PolicySet } from './compiled-policy';
import type { Decision } from './model';

/** The statement behind a decision. */
export interface DecidingStatement {
  /** One of the policies of the set. */
  policy: CompiledPolicy;
  /** Where it stands in the document, such as `Statement[2]`. */
  place: string;
  sid?: string;
  effect: 'Allow' | 'Deny';
}

/**
 * The statement that `evaluate` decided by, with these policies; undefined if none did, as when nobody allowed. A policy that is
 * in the set twice is found at its first place.
 */
export function decidingStatement(decision: Decision, policies: PolicySet): DecidingStatement | undefined {
  const { identity, session = [], boundary, resource } = policies;
  for (const policy of [...identity, ...session, ...(boundary ? [boundary] : []), ...(resource ? [resource] : [])]) {
    // Each statement has a decision of its own, so the decision is as good as its name.
    const found = [...policy.denies, ...policy.allows].find((statement) => statement.decision === decision);
    if (found === undefined) continue;
    const { place, sid, effect } = found;
    return { policy, place, ...(sid === undefined ? {} : { sid }), effect };
  }
  return undefined;
}
