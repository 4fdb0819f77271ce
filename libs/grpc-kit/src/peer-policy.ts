import type { PeerPolicy } from '@strongroom/methods';

/** @throws Error that names the methods without a rule, and the rules without a method */
export function checkPeerPolicy(methods: readonly string[], policy: PeerPolicy): void {
  const missing = methods.filter((method) => !Object.hasOwn(policy, method));
  const unknown = Object.keys(policy).filter((method) => !methods.includes(method));
  if (missing.length === 0 && unknown.length === 0) return;
  throw new Error(
    [
      ...missing.map((method) => `the peer policy has no rule for ${method}`),
      ...unknown.map((method) => `the peer policy has a rule for ${method}, which this server does not serve`),
    ].join('; '),
  );
}
