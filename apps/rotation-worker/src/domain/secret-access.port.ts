import type { CallOrigin } from '@strongroom/access';

/** The call on whose behalf secrets-api is asked, and how long it may take. */
export interface AuthorizedCall extends CallOrigin {
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

export interface AuthorizedSecret {
  secretArn: string;
  secretName: string;
}

/** What a caller may do to secrets, and which secret an id means: only secrets-api knows. */
export interface SecretAccess {
  /** Rejects with AccessDeniedException, or with ResourceNotFoundException for those who may know it. */
  require(call: AuthorizedCall, secretId: string, action: 'DescribeSecret' | 'RotateSecret'): Promise<AuthorizedSecret>;
}
