/**
 * What went wrong, seen from the caller: which of these it is decides the gRPC status (libs/grpc-kit has the one table)
 * and whether a client may repeat the call.
 */
export type ErrorKind =
  /** A field breaks a rule of the contract, whatever the state of the system. */
  | 'invalid-argument'
  /** The request is well formed, but the state of the resource forbids it. */
  | 'failed-precondition'
  | 'not-found'
  | 'already-exists'
  /** Known caller, not allowed. */
  | 'permission-denied'
  /** No caller, or one that could not prove who it is. */
  | 'unauthenticated'
  /** A quota of the contract, or more load than the service takes. */
  | 'resource-exhausted'
  /** Lost a race that a repeat may win. */
  | 'aborted'
  /** A dependency is away; a repeat may succeed. */
  | 'unavailable'
  | 'deadline-exceeded'
  | 'cancelled'
  | 'unimplemented'
  | 'internal';

export interface DomainErrorOptions {
  kind: ErrorKind;
  /** The AWS error name, such as `ResourceNotFoundException`; see `reasons.ts`. */
  reason: string;
  /** What the caller reads: names the field and the rule, never a value of a secret. */
  message: string;
  /** Machine-readable details that cross the wire in ErrorInfo; names only, never values of secrets. */
  metadata?: Record<string, string>;
  /** The error beneath; logged by the server, never sent. */
  cause?: unknown;
}

/** The one error type that crosses service boundaries: servers send it as google.rpc.ErrorInfo, clients rebuild it. */
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

export const isDomainError = (error: unknown): error is DomainError => error instanceof DomainError;
