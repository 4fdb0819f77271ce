import type { AuthorizationRequest, Decision, PolicySet } from './model';

/** Decides a request by AWS's evaluation order (docs/policy.md). Never throws. */
export function evaluate(_request: AuthorizationRequest, _policies: PolicySet): Decision {
  throw new Error('not written yet');
}
