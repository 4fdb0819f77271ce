/** Who may call a method. */
export interface PeerRule {
  /**
   * `authenticated`: callers that `authenticate` accepts, and of services only the listed ones. `anyone`: without authentication.
   * `none`: only the listed services.
   */
  readonly callers: 'authenticated' | 'anyone' | 'none';
  /**
   * Services (by certificate) that may call. Under `authenticated` they are callers like others, and policies decide what they
   * may do; under `none` they call as themselves, and `call.caller` is undefined.
   */
  readonly services?: readonly string[];
  /**
   * Services (by certificate) that may name a caller in `strongroom-caller-bin` whom they have verified. The call then belongs to
   * that caller, with the address and the user agent that the service saw. Under `anyone` the name may be empty. From all others
   * that header is refused.
   */
  readonly onBehalf?: readonly string[];
  /** The most streams of the method that one caller may have open. Default: `streamsOfCaller` of `@strongroom/bounds`. */
  readonly maxStreams?: number;
}

/**
 * By full method name, such as `/strongroom.keys.v1.KeyService/Decrypt`. If a method is not listed, the server does not start.
 */
export type PeerPolicy = Readonly<Record<string, PeerRule>>;

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
