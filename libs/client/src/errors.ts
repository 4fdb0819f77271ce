import { DomainError } from '@strongroom/errors';

/**
 * What a call fails with. `name` and `reason` are AWS's name of the error, `kind` says what may be done about it, `message` names the field
 * and the rule, and `metadata` is what a program can use of it.
 */
export class StrongroomError extends DomainError {
  /** The id under which the service's logs and the audit trail know the call; absent when no service answered. */
  get requestId(): string | undefined {
    return this.metadata['request_id'];
  }
}

// Secrets.
export class ResourceNotFoundException extends StrongroomError {}
export class ResourceExistsException extends StrongroomError {}
export class InvalidParameterException extends StrongroomError {}
export class InvalidRequestException extends StrongroomError {}
export class InvalidNextTokenException extends StrongroomError {}
export class LimitExceededException extends StrongroomError {}
export class MalformedPolicyDocumentException extends StrongroomError {}
export class PublicPolicyException extends StrongroomError {}
export class EncryptionFailure extends StrongroomError {}
export class DecryptionFailure extends StrongroomError {}

// Keys.
export class NotFoundException extends StrongroomError {}
export class AlreadyExistsException extends StrongroomError {}
export class DisabledException extends StrongroomError {}
export class KMSInvalidStateException extends StrongroomError {}
export class InvalidCiphertextException extends StrongroomError {}
export class IncorrectKeyException extends StrongroomError {}
export class InvalidAliasNameException extends StrongroomError {}
export class InvalidArnException extends StrongroomError {}
export class InvalidMarkerException extends StrongroomError {}
export class TagException extends StrongroomError {}
export class ValidationException extends StrongroomError {}

// Identity.
export class NoSuchEntity extends StrongroomError {}
export class EntityAlreadyExists extends StrongroomError {}
export class DeleteConflict extends StrongroomError {}
export class InvalidInput extends StrongroomError {}
export class InvalidParameterValue extends StrongroomError {}
export class LimitExceeded extends StrongroomError {}
export class MalformedPolicyDocument extends StrongroomError {}
export class ValidationError extends StrongroomError {}
export class InvalidIdentityToken extends StrongroomError {}
export class ExpiredTokenException extends StrongroomError {}
/** The issuer of a web identity's token could not be asked for its keys; a repeat may succeed. */
export class IDPCommunicationError extends StrongroomError {}

// Audit.
export class InvalidTimeRangeException extends StrongroomError {}
export class InvalidMaxResultsException extends StrongroomError {}
export class InvalidLookupAttributesException extends StrongroomError {}

// All services.
export class AccessDeniedException extends StrongroomError {}
/** No credential, or one that is unknown, expired or revoked. */
export class UnrecognizedClientException extends StrongroomError {}
/** More load than the service takes; `metadata.retry_after_ms` says when to come back. */
export class ThrottlingException extends StrongroomError {}
/** Lost a race that a repeat may win. */
export class ConflictException extends StrongroomError {}
/** The service, or what it needs, is away; a repeat may succeed. A write that ended so may have been done. */
export class ServiceUnavailableException extends StrongroomError {}
/** No answer within the time of the call. A write that ended so may have been done. */
export class RequestTimeoutException extends StrongroomError {}
/** The caller's own signal ended the call. */
export class RequestCanceledException extends StrongroomError {}
export class UnknownOperationException extends StrongroomError {}
export class InternalServiceError extends StrongroomError {}
