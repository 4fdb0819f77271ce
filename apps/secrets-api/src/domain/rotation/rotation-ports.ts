import type { DomainError } from '@strongroom/errors';
import type { Secret } from '../secret';
import type { RotationRequest } from './rotation';

/** Wakes whoever works on rotations. Best effort: a scan of the database finds what it loses. */
export interface RotationQueue {
  wake(secret: Secret, request: RotationRequest): Promise<void>;
}

/** Reads requests outside of a transaction. */
export interface RotationRequestReader {
  /** The last one of a secret, however it stands. */
  find(secretId: number): Promise<RotationRequest | undefined>;
}

/** Finds rotation functions. */
export interface RotationFunctions {
  /**
   * The ARN of a function, by name or ARN. Throws AccessDeniedException when there is none, or
   * ServiceUnavailableException when nobody can say.
   *
   * @param options.deadline epoch milliseconds
   */
  resolve(accountId: string, name: string, options: { deadline: number; requestId: string }): Promise<string>;
}

/** The audit trail of what happens to a rotation other than by an operation of its own. */
export interface RotationTrail {
  /** Rejects when it cannot be recorded: then the rotation must not be abandoned. */
  abandoned(secret: Secret, request: RotationRequest): Promise<void>;
  /** One that was due could not begin, and waits for its next time. */
  notStarted(secret: Secret, error: DomainError): Promise<void>;
}
