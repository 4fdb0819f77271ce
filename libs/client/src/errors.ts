import { DomainError } from '@strongroom/errors';

/**
 * The error of a failed call. `name` and `reason` are AWS's name of the error, `kind` says what can be done about it, `message`
 * names the field and the rule, and `metadata` has data for programs.
 */
export class StrongroomError extends DomainError {
  /** The id of the call in the service's logs and in the audit trail; absent if no service answered. */
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
/** A request with the DryRun option would have succeeded. */
export class DryRunOperationException extends StrongroomError {}
export class InvalidCiphertextException extends StrongroomError {}
export class IncorrectKeyException extends StrongroomError {}
export class InvalidAliasNameException extends StrongroomError {}
export class InvalidArnException extends StrongroomError {}
export class InvalidMarkerException extends StrongroomError {}
export class InvalidGrantIdException extends StrongroomError {}
export class InvalidGrantTokenException extends StrongroomError {}
export class TagException extends StrongroomError {}
export class InvalidKeyUsageException extends StrongroomError {}
export class IncorrectKeyMaterialException extends StrongroomError {}
export class InvalidImportTokenException extends StrongroomError {}
export class ExpiredImportTokenException extends StrongroomError {}
export class KMSInvalidSignatureException extends StrongroomError {}
export class KMSInvalidMacException extends StrongroomError {}
export class UnsupportedOperationException extends StrongroomError {}
export class ValidationException extends StrongroomError {}
/** The event pattern of a rule breaks a rule, which the message names. */
export class InvalidEventPatternException extends StrongroomError {}
/** Strongroom has made this rule: deleting it needs force. */
export class ManagedRuleException extends StrongroomError {}
/** Another change came first; try again. */
export class ConcurrentModificationException extends StrongroomError {}

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
export class PasswordPolicyViolation extends StrongroomError {}
/** Only users can change their own passwords. */
export class InvalidUserType extends StrongroomError {}
export class InvalidAuthenticationCode extends StrongroomError {}
/** The password was changed at the same moment; a retry may succeed. */
export class EntityTemporarilyUnmodifiable extends StrongroomError {}
export class SignInFailed extends StrongroomError {}
/** The keys of a web identity token's issuer could not be fetched; a retry may succeed. */
export class IDPCommunicationError extends StrongroomError {}

// Audit.
export class InvalidTimeRangeException extends StrongroomError {}
export class InvalidMaxResultsException extends StrongroomError {}
export class InvalidLookupAttributesException extends StrongroomError {}

// All services.
export class AccessDeniedException extends StrongroomError {}
/** No credential, or an unknown, expired or revoked one. */
export class UnrecognizedClientException extends StrongroomError {}
/** The service is overloaded; `metadata.retry_after_ms` says when to retry. */
export class ThrottlingException extends StrongroomError {}
/** The call lost a race; a retry may succeed. */
export class ConflictException extends StrongroomError {}
/** The service, or a part that it needs, is unavailable; a retry may succeed. A write that fails with this may have been done. */
export class ServiceUnavailableException extends StrongroomError {}
/** No answer arrived within the call's time. A write that fails with this may have been done. */
export class RequestTimeoutException extends StrongroomError {}
/** The caller's signal aborted the call. */
export class RequestCanceledException extends StrongroomError {}
export class UnknownOperationException extends StrongroomError {}
export class InternalServiceError extends StrongroomError {}
