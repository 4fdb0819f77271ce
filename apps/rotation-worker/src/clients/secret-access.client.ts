import { type Caller, callerReference } from '@strongroom/access';
import type { RotationRequestServiceClient } from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { type CallContext, callUnary } from '@strongroom/grpc-kit';

export interface AuthorizedSecret {
  secretArn: string;
  secretName: string;
}

/** What a caller may do to secrets, and which secret an id means: only secrets-api knows. */
export interface SecretAccess {
  /** Rejects with AccessDeniedException, or with ResourceNotFoundException for those who may know it. */
  require(call: CallContext<Caller>, secretId: string, action: 'DescribeSecret' | 'RotateSecret'): Promise<AuthorizedSecret>;
}

export const secretAccessClient = (client: RotationRequestServiceClient): SecretAccess => ({
  require: (call, secretId, action) =>
    callUnary(
      client.authorizeSecretAccess.bind(client),
      { caller: callerReference(call), secretId, action: `secretsmanager:${action}` },
      // Not the call's deadline: that of a stream is far away.
      {
        timeoutMs: Math.min(10_000, call.deadline - Date.now()),
        requestId: call.requestId,
        signal: call.signal,
        idempotent: true,
      },
    ),
});
