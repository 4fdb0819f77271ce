import { DomainError, type ErrorKind, isDomainError } from '@strongroom/errors';

// The errors of IAM and STS, with AWS's names.
const factory = (kind: ErrorKind, reason: string) => (message: string, metadata?: Record<string, string>) =>
  new DomainError({ kind, reason, message, metadata });

export const noSuchEntity = factory('not-found', 'NoSuchEntity');
export const entityAlreadyExists = factory('already-exists', 'EntityAlreadyExists');
/** The entity still has parts that must be deleted first. */
export const deleteConflict = factory('failed-precondition', 'DeleteConflict');
export const limitExceeded = factory('resource-exhausted', 'LimitExceeded');
export const malformedPolicyDocument = factory('invalid-argument', 'MalformedPolicyDocument');
/** A new password that the account's password policy does not admit. */
export const passwordPolicyViolation = factory('invalid-argument', 'PasswordPolicyViolation');
/** Only users have passwords. */
export const invalidUserType = factory('invalid-argument', 'InvalidUserType');
export const invalidAuthenticationCode = factory('invalid-argument', 'InvalidAuthenticationCode');
/** The call lost a race; a retry may succeed. */
export const entityTemporarilyUnmodifiable = factory('aborted', 'EntityTemporarilyUnmodifiable');
/** One answer for all that can be wrong when somebody signs in. */
export const signInFailed = factory('unauthenticated', 'SignInFailed');
/** A well-formed field with an impossible meaning here. */
export const invalidInput = factory('invalid-argument', 'InvalidInput');
/** STS's name for it. */
export const invalidParameterValue = factory('invalid-argument', 'InvalidParameterValue');
/** A field that breaks its own rule. */
export const validationError = factory('invalid-argument', 'ValidationError');

/** Rethrows an error of a pure library with IAM's name for it. */
export function renamed<T>(work: () => T, as: (message: string, metadata?: Record<string, string>) => DomainError): T {
  try {
    return work();
  } catch (error) {
    if (isDomainError(error)) throw as(error.message, { ...error.metadata });
    throw error;
  }
}
