/** The other end of a connection. */
export interface Peer {
  /** IP address. */
  readonly address: string;
  /** The single URI SAN of a client certificate from our CA; absent without such a certificate. */
  readonly certificateUri?: string;
  /** `secrets-api` for `spiffe://<trust domain>/service/secrets-api`. */
  readonly service?: string;
  /** The request came without TLS, over the loopback interface of a service that calls on somebody's behalf. */
  readonly insecureTransport?: boolean;
}

/** What a handler knows about its call. */
export interface CallContext<Caller = unknown> {
  /** `/strongroom.secrets.v1.SecretsService/GetSecretValue`. */
  readonly method: string;
  /** `GetSecretValue`. */
  readonly operation: string;
  /**
   * The `x-request-id` that a service sent, so that one id names the work in all services; for other callers a new UUID. It is
   * sent back as `x-request-id`.
   */
  readonly requestId: string;
  readonly peer: Peer;
  readonly userAgent: string;
  /** The service that makes the call for the caller, by AWS's name: `secretsmanager`. */
  readonly via?: string;
  /**
   * Milliseconds since the Unix epoch. For unary calls the caller's, at most the server's maximum; for streams the caller's, or
   * Infinity.
   */
  readonly deadline: number;
  /**
   * Aborts when the caller cancels, at the deadline, and when the server is stopped by force; for a stream also when the server
   * drains.
   */
  readonly signal: AbortSignal;
  /** The result of `authenticate`; undefined if the peer policy admits callers without it. */
  readonly caller: Caller;
}
