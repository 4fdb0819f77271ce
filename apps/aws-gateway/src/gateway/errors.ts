import { isDomainError, type DomainError, type ErrorKind } from '@strongroom/errors';
import { AwsError } from '../aws-error';
import type { AwsService } from './services';

/** What the Query services (IAM, STS) call the errors that all services have, said by this gateway or by a service. */
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
 * What they call those that only this gateway says: AWS has the same name for a session that is over and, in other words, for a
 * web identity's token.
 */
const OWN_QUERY_NAMES: Readonly<Record<string, string>> = { ExpiredTokenException: 'ExpiredToken' };

/** The statuses of the Query services, where they are not those of the error's kind. */
const QUERY_STATUSES: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  DeleteConflict: 409,
  EntityAlreadyExists: 409,
  ExpiredToken: 403,
  // No fault of the request; AWS says 400 all the same, and its clients try again.
  IDPCommunicationError: 400,
  InvalidClientTokenId: 403,
  LimitExceeded: 409,
  MissingAuthenticationToken: 403,
  NoSuchEntity: 404,
  SignatureDoesNotMatch: 403,
};

const SERVER_FAULTS: Partial<Record<ErrorKind, number>> = {
  internal: 500,
  aborted: 500,
  unavailable: 503,
  'deadline-exceeded': 503,
  cancelled: 503,
  unimplemented: 500,
};

/** What the client is told of an error: names and statuses as the service that was asked has them. */
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
