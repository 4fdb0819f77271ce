import { Metadata, type ServiceError, status as Code } from '@grpc/grpc-js';
import { ErrorInfo, RetryInfo } from '@strongroom/contracts/google/rpc/error_details';
import { Status } from '@strongroom/contracts/google/rpc/status';
import { DomainError, type ErrorKind, isDomainError, serviceUnavailable } from '@strongroom/errors';
import { UNREACHABLE, isUnreached } from './patient-channel';

/** The only table between errors and gRPC status codes, with the reason for a status without ErrorInfo. */
const table: Readonly<Record<ErrorKind, { code: Code; reason: string }>> = {
  'invalid-argument': { code: Code.INVALID_ARGUMENT, reason: 'InvalidParameterException' },
  'failed-precondition': { code: Code.FAILED_PRECONDITION, reason: 'InvalidRequestException' },
  'not-found': { code: Code.NOT_FOUND, reason: 'ResourceNotFoundException' },
  'already-exists': { code: Code.ALREADY_EXISTS, reason: 'ResourceExistsException' },
  'permission-denied': { code: Code.PERMISSION_DENIED, reason: 'AccessDeniedException' },
  unauthenticated: { code: Code.UNAUTHENTICATED, reason: 'UnrecognizedClientException' },
  'resource-exhausted': { code: Code.RESOURCE_EXHAUSTED, reason: 'LimitExceededException' },
  aborted: { code: Code.ABORTED, reason: 'ConflictException' },
  unavailable: { code: Code.UNAVAILABLE, reason: 'ServiceUnavailableException' },
  'deadline-exceeded': { code: Code.DEADLINE_EXCEEDED, reason: 'RequestTimeoutException' },
  cancelled: { code: Code.CANCELLED, reason: 'RequestCanceledException' },
  unimplemented: { code: Code.UNIMPLEMENTED, reason: 'UnknownOperationException' },
  internal: { code: Code.INTERNAL, reason: 'InternalServiceError' },
};

const kinds = new Map(Object.entries(table).map(([kind, { code }]) => [code, kind as ErrorKind]));

export function statusCodeOf(kind: ErrorKind): Code {
  return table[kind].code;
}

/** The status code's name, such as `NOT_FOUND`. */
export function codeName(code: Code): string {
  return Code[code] ?? 'UNKNOWN';
}

/** grpc-js's message for a stream that ended in order, but without a status: whoever ended it gave no answer. */
const NO_STATUS = /^Received RST_STREAM with code 0\b/;

const ERROR_INFO = 'type.googleapis.com/google.rpc.ErrorInfo';
const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';
const DETAILS = 'grpc-status-details-bin';
export const REQUEST_ID = 'x-request-id';

// A status travels in HTTP/2 trailers, which clients bound (16 KiB is common).
const MAX_MESSAGE = 2_000;
const MAX_METADATA_ENTRIES = 20;
const MAX_METADATA_VALUE = 500;

/** Cut to length, and without lone surrogates: grpc-js percent-encodes the message, which throws for one. */
const sendable = (text: string, length: number): string => Buffer.from(text.slice(0, length)).toString();

export interface CallStatus {
  code: Code;
  details: string;
  metadata: Metadata;
}

/**
 * The form of an error that a caller sees: a DomainError in full, but without its cause; for any other error only that it
 * happened.
 * @param service becomes the domain of the ErrorInfo
 */
export function toStatus(error: unknown, { service, requestId }: { service: string; requestId: string }): CallStatus {
  const known = isDomainError(error) ? error : undefined;
  const code = statusCodeOf(known?.kind ?? 'internal');
  const message = known === undefined ? 'internal error' : sendable(known.message, MAX_MESSAGE);
  const info: ErrorInfo = {
    reason: known?.reason ?? table.internal.reason,
    domain: service,
    metadata: known === undefined ? { request_id: requestId } : sendableMetadata(known.metadata),
  };
  const details = [{ typeUrl: ERROR_INFO, value: Buffer.from(ErrorInfo.encode(info).finish()) }];
  const retryDelayMs = Number(known?.metadata['retry_after_ms'] ?? NaN);
  if (retryDelayMs >= 0) {
    const retryDelay = { seconds: BigInt(Math.floor(retryDelayMs / 1000)), nanos: Math.floor(retryDelayMs % 1000) * 1_000_000 };
    details.push({ typeUrl: RETRY_INFO, value: Buffer.from(RetryInfo.encode({ retryDelay }).finish()) });
  }
  const metadata = new Metadata();
  metadata.set(DETAILS, Buffer.from(Status.encode({ code, message, details }).finish()));
  metadata.set(REQUEST_ID, requestId);
  return { code, details: message, metadata };
}

/** The details of a status that travels in a message. */
export function toDetails({ metadata }: Pick<CallStatus, 'metadata'>): Buffer {
  return metadata.get(DETAILS)[0] as Buffer;
}

/** The status that came in a message, as `fromStatus` gives it. */
export function fromDetails(code: Code, details: Buffer, requestId: string): DomainError {
  const metadata = new Metadata();
  metadata.set(DETAILS, details);
  metadata.set(REQUEST_ID, requestId);
  return fromStatus(Object.assign(new Error(codeName(code)), { code, details: '', metadata }));
}

const sendableMetadata = (metadata: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(metadata)
      .slice(0, MAX_METADATA_ENTRIES)
      .map(([name, value]) => [name, sendable(value, MAX_METADATA_VALUE)]),
  );

/** The DomainError that a server sent, or the nearest one for a status without details; its cause is the ServiceError. */
export function fromStatus(error: ServiceError): DomainError {
  if (isUnreached(error)) return serviceUnavailable(UNREACHABLE, { cause: error });
  if (error.code === Code.INTERNAL && NO_STATUS.test(error.details)) {
    return serviceUnavailable('the call was ended without an answer', { cause: error });
  }
  const kind = kinds.get(error.code) ?? (error.code === Code.OUT_OF_RANGE ? 'invalid-argument' : 'internal');
  const sent = readDetails(error.metadata);
  const requestId = String(error.metadata?.get(REQUEST_ID)[0] ?? '');
  return new DomainError({
    kind,
    reason: sent?.info?.reason || table[kind].reason,
    message: sent?.message || error.details || error.message,
    metadata: {
      ...(requestId ? { request_id: requestId } : {}),
      ...(sent?.retryAfterMs === undefined ? {} : { retry_after_ms: String(sent.retryAfterMs) }),
      ...sent?.info?.metadata,
    },
    cause: error,
  });
}

interface SentDetails {
  message: string;
  info: ErrorInfo | undefined;
  /** From RetryInfo. */
  retryAfterMs: number | undefined;
}

function readDetails(metadata: Metadata | undefined): SentDetails | undefined {
  const bytes = metadata?.get(DETAILS)[0];
  if (!Buffer.isBuffer(bytes)) return undefined;
  try {
    const { message, details } = Status.decode(bytes);
    const info = details.find(({ typeUrl }) => typeUrl === ERROR_INFO);
    const retry = details.find(({ typeUrl }) => typeUrl === RETRY_INFO);
    const delay = retry && RetryInfo.decode(retry.value).retryDelay;
    return {
      message,
      info: info && ErrorInfo.decode(info.value),
      retryAfterMs: delay && Number(delay.seconds) * 1_000 + Math.ceil(delay.nanos / 1_000_000),
    };
  } catch {
    // Details in an unknown format; code and message still count.
    return undefined;
  }
}
