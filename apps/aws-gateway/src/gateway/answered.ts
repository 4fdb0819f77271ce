import type { WireResponse } from '../http/request';

/** What is known about a request once it has been answered. */
export interface Answered {
  response: WireResponse;
  requestId: string;
  /** `kms.Encrypt`; `unknown` for an operation that does not exist or was not read. */
  method: string;
  /** The same, or the name that was sent instead of an operation's. */
  asked: string;
  /** The name of the error, or `OK`. */
  code: string;
  /** The error, if it was not the client's fault. */
  failure?: unknown;
}
