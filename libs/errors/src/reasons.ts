import { DomainError, type ErrorKind } from './domain-error';

type ErrorFactory = (message: string, options?: { metadata?: Record<string, string>; cause?: unknown }) => DomainError;

const factory =
  (kind: ErrorKind, reason: string): ErrorFactory =>
  (message, options) =>
    new DomainError({ kind, reason, message, ...options });

// Errors that all services share. Names follow the AWS APIs (Secrets Manager 2017-10-17, KMS 2014-11-01, IAM, STS); errors of a
// single service are in that service's domain.
export const invalidParameter = factory('invalid-argument', 'InvalidParameterException');
export const invalidRequest = factory('failed-precondition', 'InvalidRequestException');
export const invalidNextToken = factory('invalid-argument', 'InvalidNextTokenException');
export const malformedPolicyDocument = factory('invalid-argument', 'MalformedPolicyDocumentException');
export const resourceNotFound = factory('not-found', 'ResourceNotFoundException');
export const resourceExists = factory('already-exists', 'ResourceExistsException');
export const limitExceeded = factory('resource-exhausted', 'LimitExceededException');
export const accessDenied = factory('permission-denied', 'AccessDeniedException');
/** The caller has no credential, or an unknown, expired or revoked one; the error does not say which. */
export const unauthenticated = factory('unauthenticated', 'UnrecognizedClientException');
/** The process is overloaded; retry after the delay in metadata `retry_after_ms`. */
export const throttled = factory('resource-exhausted', 'ThrottlingException');
export const internalServiceError = factory('internal', 'InternalServiceError');
/** A dependency did not answer in time or is unavailable; safe to retry. */
export const serviceUnavailable = factory('unavailable', 'ServiceUnavailableException');
export const deadlineExceeded = factory('deadline-exceeded', 'RequestTimeoutException');
