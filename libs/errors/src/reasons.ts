import { DomainError, type ErrorKind } from './domain-error';

type ErrorFactory = (message: string, options?: { metadata?: Record<string, string>; cause?: unknown }) => DomainError;

const factory =
  (kind: ErrorKind, reason: string): ErrorFactory =>
  (message, options) =>
    new DomainError({ kind, reason, message, ...options });

// Errors that every service shares. Names follow the AWS APIs (Secrets Manager 2017-10-17, KMS 2014-11-01, IAM, STS);
// what only one service says lives in that service's domain.
export const invalidParameter = factory('invalid-argument', 'InvalidParameterException');
export const invalidRequest = factory('failed-precondition', 'InvalidRequestException');
export const invalidNextToken = factory('invalid-argument', 'InvalidNextTokenException');
export const malformedPolicyDocument = factory('invalid-argument', 'MalformedPolicyDocumentException');
export const resourceNotFound = factory('not-found', 'ResourceNotFoundException');
export const resourceExists = factory('already-exists', 'ResourceExistsException');
export const limitExceeded = factory('resource-exhausted', 'LimitExceededException');
export const accessDenied = factory('permission-denied', 'AccessDeniedException');
/** The caller offered no credential, or one that is unknown, expired or revoked: which of these is not told. */
export const unauthenticated = factory('unauthenticated', 'UnrecognizedClientException');
/** More load than this process takes; repeat after the delay in metadata `retry_after_ms`. */
export const throttled = factory('resource-exhausted', 'ThrottlingException');
export const internalServiceError = factory('internal', 'InternalServiceError');
/** A dependency did not answer in time or is away; safe to repeat. */
export const serviceUnavailable = factory('unavailable', 'ServiceUnavailableException');
export const deadlineExceeded = factory('deadline-exceeded', 'RequestTimeoutException');
