/**
 * The kind of failure, from the caller's point of view. It decides the gRPC status (libs/grpc-kit has the table) and whether a
 * client may retry the call.
 */
export type ErrorKind =
  /** A field breaks a rule of the contract, whatever the state of the system. */
  | 'invalid-argument'
  /** The request is well formed, but the state of the resource forbids it. */
  | 'failed-precondition'
  | 'not-found'
  | 'already-exists'
  /** The caller is known but not allowed. */
  | 'permission-denied'
  /** No caller, or one who could not prove who they are. */
  | 'unauthenticated'
  /** A quota of the contract is exceeded, or the service is overloaded. */
  | 'resource-exhausted'
  /** The call lost a race; a retry may succeed. */
  | 'aborted'
  /** A dependency is unavailable; a retry may succeed. */
  | 'unavailable'
  | 'deadline-exceeded'
  | 'cancelled'
  | 'unimplemented'
  | 'internal';

export interface DomainErrorOptions {
  kind: ErrorKind;
  /** The AWS error name, such as `ResourceNotFoundException`; see `reasons.ts`. */
  reason: string;
  /** The message for the caller: names the field and the rule, never a secret value. */
  message: string;
  /** Machine-readable details that cross the wire in ErrorInfo; names only, never values of secrets. */
  metadata?: Record<string, string>;
  /** The underlying error; the server logs it and never sends it. */
  cause?: unknown;
}

/** The only error type that crosses service boundaries: servers send it as google.rpc.ErrorInfo, clients rebuild it. */
export class DomainError extends Error {
  readonly kind: ErrorKind;
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string>>;

  constructor(options: DomainErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = options.reason;
    this.kind = options.kind;
    this.reason = options.reason;
    this.metadata = options.metadata ?? {};
  }
}

export function isDomainError(error: unknown): error is DomainError {
  return error instanceof DomainError;
}
