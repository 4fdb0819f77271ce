import { type ErrorKind, isDomainError } from '@strongroom/errors';

const away: ReadonlySet<ErrorKind> = new Set(['unavailable', 'deadline-exceeded']);
const refusals: ReadonlySet<ErrorKind> = new Set([
  'permission-denied',
  'unauthenticated',
  'not-found',
  'failed-precondition',
  'invalid-argument',
]);

/** The cluster could not be reached, or did not answer in time. */
export const isAway = (error: unknown): boolean => isDomainError(error) && away.has(error.kind);

/** The cluster answered, and the answer is no value. Being busy is no answer. */
export const isRefusal = (error: unknown): boolean => isDomainError(error) && refusals.has(error.kind);

export const isUnauthenticated = (error: unknown): boolean => isDomainError(error) && error.kind === 'unauthenticated';

/** A service has said so itself, just now: its answers name the request. */
export const wasSent = (error: unknown): boolean => isDomainError(error) && error.metadata['request_id'] !== undefined;
