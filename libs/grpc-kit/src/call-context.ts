/** The other end of a connection. */
export interface Peer {
  /** IP address. */
  readonly address: string;
  /** The one URI SAN of a client certificate that our CA vouches for; absent without such a certificate. */
  readonly certificateUri?: string;
  /** `secrets-api` for `spiffe://<trust domain>/service/secrets-api`. */
  readonly service?: string;
  /** The request came in the clear, over the loopback interface of a service that calls on somebody's behalf. */
  readonly insecureTransport?: boolean;
}

/** What a handler knows about the call it answers. */
export interface CallContext<Caller = unknown> {
  /** `/strongroom.secrets.v1.SecretsService/GetSecretValue`. */
  readonly method: string;
  /** `GetSecretValue`. */
  readonly operation: string;
  /** A service's own `x-request-id`, so that one id names the work in all services; for other callers a new UUID. Sent back as `x-request-id`. */
  readonly requestId: string;
  readonly peer: Peer;
  readonly userAgent: string;
  /** Milliseconds since the Unix epoch. Of unary calls the caller's, at most the server's maximum; of streams the caller's, or Infinity. */
  readonly deadline: number;
  /** Aborted when the caller cancels, at the deadline, and when the server is stopped by force; of a stream also when the server drains. */
  readonly signal: AbortSignal;
  /** What `authenticate` returned; undefined where the peer policy lets somebody in without it. */
  readonly caller: Caller;
}
