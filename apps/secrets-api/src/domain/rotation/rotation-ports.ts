import type { DomainError } from '@strongroom/errors';
import type { Secret } from '../secret';
import type { RotationRequest } from './rotation';

/** Wakes the rotation workers. Best effort: a scan of the database finds what is lost. */
export interface RotationQueue {
  wake(secret: Secret, request: RotationRequest): Promise<void>;
}

/** Reads requests outside of a transaction. */
export interface RotationRequestReader {
  /** The secret's last request, in any state. */
  find(secretId: number): Promise<RotationRequest | undefined>;
}

/** Finds rotation functions. */
export interface RotationFunctions {
  /**
   * The ARN of a function, by name or ARN.
   *
   * @param options.deadline epoch milliseconds
   * @throws AccessDeniedException if it does not exist, or ServiceUnavailableException if nobody can tell
   */
  resolve(accountId: string, name: string, options: { deadline: number; requestId: string }): Promise<string>;
}

/** The audit trail of events of a rotation that are not operations of their own. */
export interface RotationTrail {
  /** Rejects if it cannot be recorded; the rotation must then not be abandoned. */
  abandoned(secret: Secret, request: RotationRequest): Promise<void>;
  /** A due rotation could not begin, and waits for its next time. */
  notStarted(secret: Secret, error: DomainError): Promise<void>;
}
