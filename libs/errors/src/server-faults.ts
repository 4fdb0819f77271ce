import type { ErrorKind } from './domain-error';

/** HTTP statuses, as AWS gives them, of what is not the request's fault. The other kinds have 400, or a status of their own. */
export const SERVER_FAULTS: Readonly<Partial<Record<ErrorKind, number>>> = {
  internal: 500,
  aborted: 500,
  unavailable: 503,
  'deadline-exceeded': 503,
  cancelled: 503,
  unimplemented: 500,
};
