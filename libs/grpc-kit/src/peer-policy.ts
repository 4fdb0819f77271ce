/** Who may call a method. */
export interface PeerRule {
  /**
   * `authenticated`: whom `authenticate` accepts. `anyone`: without asking who it is. `none`: only the listed services.
   */
  readonly callers: 'authenticated' | 'anyone' | 'none';
  /** Services (by certificate) that may call as themselves: `call.caller` is undefined then, unless they sent a bearer token. */
  readonly services?: readonly string[];
}

/** By full method, such as `/strongroom.keys.v1.KeyService/Decrypt`. A method that is not listed stops the start. */
export type PeerPolicy = Readonly<Record<string, PeerRule>>;

/** @throws Error that names the methods without a rule, and the rules without a method */
export function checkPeerPolicy(methods: readonly string[], policy: PeerPolicy): void {
  const missing = methods.filter((method) => !Object.hasOwn(policy, method));
  const unknown = Object.keys(policy).filter((method) => !methods.includes(method));
  if (missing.length === 0 && unknown.length === 0) return;
  throw new Error(
    [
      ...missing.map((method) => `the peer policy says nothing about ${method}`),
      ...unknown.map((method) => `the peer policy has a rule for ${method}, which this server does not serve`),
    ].join('; '),
  );
}
