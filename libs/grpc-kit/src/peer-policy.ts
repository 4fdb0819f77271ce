/** Who may call a method. */
export interface PeerRule {
  /**
   * `authenticated`: whom `authenticate` accepts, and of services only the listed ones. `anyone`: without asking who it is. `none`:
   * only the listed services.
   */
  readonly callers: 'authenticated' | 'anyone' | 'none';
  /**
   * Services (by certificate) that may call. Under `authenticated` they are callers as others are, and policies decide what they may
   * do; under `none` they call as themselves, and `call.caller` is undefined.
   */
  readonly services?: readonly string[];
  /**
   * Services (by certificate) that may name, in `strongroom-caller-bin`, a caller whom they have verified: the call is that caller's then, with the address
   * and the user agent that the service saw. Under `anyone` the name may be empty. From everybody else that header is refused.
   */
  readonly onBehalf?: readonly string[];
  /** Streams of the method that one caller may have open. Default: `streamsOfCaller` of `@strongroom/bounds`. */
  readonly maxStreams?: number;
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
      ...missing.map((method) => `the peer policy has no rule for ${method}`),
      ...unknown.map((method) => `the peer policy has a rule for ${method}, which this server does not serve`),
    ].join('; '),
  );
}
