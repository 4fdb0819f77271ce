export type RequestKind = 'rotate' | 'test';

export type RequestState = 'open' | 'failed' | 'complete' | 'abandoned';

/** What secrets-api wants to be rotated. */
export interface RotationRequest {
  secretArn: string;
  secretName: string;
  accountId: string;
  /** ClientRequestToken: the id of the version that is to become AWSCURRENT. */
  token: string;
  /** `test`: testSecret alone, on a pending version that is a copy of AWSCURRENT. */
  kind: RequestKind;
  state: RequestState;
  functionArn: string;
  /** From 1; a request that is opened again is a new attempt, and a new run. */
  attempt: number;
  requestedAt: Date;
  /** The ARN of who called RotateSecret; '' for a scheduled one. */
  initiatedBy: string;
  rotationToken: string;
}

export interface RequestPage {
  requests: RotationRequest[];
  /** '' after the last page. */
  nextToken: string;
  /** More secrets are due than were requested now. */
  isMoreDue: boolean;
}

export interface RequestKey {
  secretArn: string;
  token: string;
}

/** The requests that secrets-api keeps. Every method rejects with ServiceUnavailableException when that is away. */
export interface RotationRequests {
  /** Requests what is due, and lists the open requests, oldest first. */
  scan(nextToken: string, signal?: AbortSignal): Promise<RequestPage>;
  /** Undefined when the secret is gone. */
  find(key: RequestKey, signal?: AbortSignal): Promise<RotationRequest | undefined>;
  /**
   * Moves AWSCURRENT to the pending version, or drops the copy of a test; the request is complete then. Idempotent, as all below.
   */
  finish(key: RequestKey, signal?: AbortSignal): Promise<void>;
  /** Gives up for now. */
  fail(key: RequestKey, attempt: number): Promise<void>;
  reopen(key: RequestKey): Promise<RotationRequest>;
  dropPending(key: RequestKey): Promise<void>;
}
