import { type DomainError, isDomainError, SERVER_FAULTS } from '@strongroom/errors';
import { AwsError } from '../aws-error';
import type { AwsService } from './services';

/**
 * The names that the Query services (IAM, STS) have for errors of all services, whether this gateway or a service reports them.
 */
const QUERY_NAMES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  IncompleteSignatureException: 'IncompleteSignature',
  InternalServiceError: 'ServiceFailure',
  InvalidParameterException: 'InvalidParameterValue',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  RequestEntityTooLargeException: 'RequestEntityTooLarge',
  RequestTimeoutException: 'ServiceUnavailable',
  SerializationException: 'MalformedQueryString',
  ServiceUnavailableException: 'ServiceUnavailable',
  ThrottlingException: 'Throttling',
  UnknownOperationException: 'InvalidAction',
  UnrecognizedClientException: 'InvalidClientTokenId',
  ValidationException: 'ValidationError',
};

/**
 * Their names for errors that only this gateway reports. AWS uses one name for an expired session and, with another message, for
 * a web identity's token.
 */
const OWN_QUERY_NAMES: Readonly<Record<string, string>> = { ExpiredTokenException: 'ExpiredToken' };

/** The statuses of the Query services, if they differ from those of the kind of error. */
const QUERY_STATUSES: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  AuthorizationError: 403,
  DeleteConflict: 409,
  EntityAlreadyExists: 409,
  EntityTemporarilyUnmodifiable: 409,
  ExpiredToken: 403,
  // Not the fault of the request. AWS answers with 400 all the same, and its clients try again.
  IDPCommunicationError: 400,
  InvalidAuthenticationCode: 403,
  InvalidClientTokenId: 403,
  LimitExceeded: 409,
  MissingAuthenticationToken: 403,
  NoSuchEntity: 404,
  NotFound: 404,
  SignatureDoesNotMatch: 403,
  SubscriptionLimitExceeded: 403,
  TopicLimitExceeded: 403,
};

/** The error for the client. Names and statuses are those of the service that was called. */
export function toAwsError(error: unknown, protocol: AwsService['protocol'], service: AwsService | undefined): AwsError {
  const told = error instanceof AwsError ? error : isDomainError(error) ? ofDomain(error) : unknown(error);
  const own = error instanceof AwsError ? OWN_QUERY_NAMES[told.code] : undefined;
  const common = protocol === 'query' ? (own ?? QUERY_NAMES[told.code] ?? told.code) : told.code;
  const code = service?.errorNames[common] ?? common;
  const status = (protocol === 'query' ? QUERY_STATUSES[code] : undefined) ?? told.status;
  return new AwsError(code, told.message, status);
}

const ofDomain = (error: DomainError): AwsError =>
  new AwsError(error.reason, error.message, SERVER_FAULTS[error.kind] ?? 400, { cause: error });

const unknown = (cause: unknown): AwsError => new AwsError('InternalServiceError', 'internal error', 500, { cause });
