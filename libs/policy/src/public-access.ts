import type { CompiledPolicy, Finding } from './model';

/** Whether a resource policy lets in callers who are not fixed by the policy itself: what BlockPublicPolicy refuses. */
export function grantsPublicAccess(policy: CompiledPolicy): boolean {
  return publicGrants(policy).length > 0;
}

/** The statements that grant public access, each with its place and why. */
export function publicGrants(_policy: CompiledPolicy): Finding[] {
  throw new Error('not written yet');
}
