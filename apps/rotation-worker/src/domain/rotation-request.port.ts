export type RequestKind = 'rotate' | 'test';

export type RequestState = 'open' | 'failed' | 'complete' | 'abandoned';

/** A rotation that secrets-api requests. */
export interface RotationRequest {
  secretArn: string;
  secretName: string;
  accountId: string;
  /** ClientRequestToken: the id of the version that will become AWSCURRENT. */
  token: string;
  /** `test`: only testSecret, on a pending version that is a copy of AWSCURRENT. */
  kind: RequestKind;
  state: RequestState;
  functionArn: string;
  /** Starts at 1; a reopened request is a new attempt, and a new run. */
  attempt: number;
  requestedAt: Date;
  /** The ARN of the caller of RotateSecret; '' for a scheduled rotation. */
  initiatedBy: string;
  rotationToken: string;
}

export interface RequestPage {
  requests: RotationRequest[];
  /** '' after the last page. */
  nextToken: string;
  /** More secrets are due than this call requested. */
  isMoreDue: boolean;
}

export interface RequestKey {
  secretArn: string;
  token: string;
}

/** The requests in secrets-api. Every method rejects with ServiceUnavailableException if secrets-api is unreachable. */
export interface RotationRequests {
  /** Requests due rotations, and lists the open requests, oldest first. */
  scan(nextToken: string, signal?: AbortSignal): Promise<RequestPage>;
  /** Undefined if the secret no longer exists. */
  find(key: RequestKey, signal?: AbortSignal): Promise<RotationRequest | undefined>;
  /**
   * Moves AWSCURRENT to the pending version, or drops the copy of a test; the request is complete then. Idempotent, as all below.
   */
  finish(key: RequestKey, signal?: AbortSignal): Promise<void>;
  /** Stops for now. */
  fail(key: RequestKey, attempt: number): Promise<void>;
  reopen(key: RequestKey): Promise<RotationRequest>;
  dropPending(key: RequestKey): Promise<void>;
}
