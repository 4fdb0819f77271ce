import { DomainError, type ErrorKind, isDomainError } from '@strongroom/errors';

// What IAM and STS say; the names are those of the AWS APIs.
const factory = (kind: ErrorKind, reason: string) => (message: string, metadata?: Record<string, string>) =>
  new DomainError({ kind, reason, message, metadata });

export const noSuchEntity = factory('not-found', 'NoSuchEntity');
export const entityAlreadyExists = factory('already-exists', 'EntityAlreadyExists');
/** The entity still has parts that have to go first. */
export const deleteConflict = factory('failed-precondition', 'DeleteConflict');
export const limitExceeded = factory('resource-exhausted', 'LimitExceeded');
export const malformedPolicyDocument = factory('invalid-argument', 'MalformedPolicyDocument');
/** A well-formed field that means something impossible here. */
export const invalidInput = factory('invalid-argument', 'InvalidInput');
/** What STS calls it. */
export const invalidParameterValue = factory('invalid-argument', 'InvalidParameterValue');
/** A field that breaks its own rule. */
export const validationError = factory('invalid-argument', 'ValidationError');

/** Passes an error of a pure library on under the name that IAM has for it. */
export function renamed<T>(work: () => T, as: (message: string, metadata?: Record<string, string>) => DomainError): T {
  try {
    return work();
  } catch (error) {
    if (isDomainError(error)) throw as(error.message, { ...error.metadata });
    throw error;
  }
}
