import { type DomainError, type ErrorKind, isDomainError, SERVER_FAULTS } from '@strongroom/errors';
import { type Answer, errorAnswer } from '../http/answer';

const INTERNAL = errorAnswer(500, 'InternalFailure');
const TIMEOUT = errorAnswer(504, 'TimeoutError', 'Timeout');
const NO_CONNECTION = errorAnswer(502, 'ConnectionError', 'Read Error');

/** Too many questions at a time. */
export const THROTTLED = errorAnswer(429, 'ThrottlingException', 'Rate exceeded');

/** The error as AWS's agent tells it: that of the cluster, or why the cluster gave no answer. */
export function failureAnswer(error: unknown): Answer {
  if (!isDomainError(error)) return INTERNAL;
  if (!wasAnswered(error)) {
    if (error.kind === 'deadline-exceeded') return TIMEOUT;
    if (error.kind === 'unavailable') return NO_CONNECTION;
  }
  return errorAnswer(SERVER_FAULTS[error.kind] ?? 400, error.reason, error.message);
}

/** Services name the request in what they answer. */
const wasAnswered = ({ metadata }: DomainError): boolean => metadata['request_id'] !== undefined;

const refusals: ReadonlySet<ErrorKind> = new Set<ErrorKind>([
  'permission-denied',
  'unauthenticated',
  'not-found',
  'failed-precondition',
  'invalid-argument',
]);

/** The cluster has answered, and the answer is that there is no value for the agent. */
export const isRefusal = (error: unknown): error is DomainError => isDomainError(error) && refusals.has(error.kind);
