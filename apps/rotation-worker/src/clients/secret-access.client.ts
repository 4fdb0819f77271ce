import { callerReference } from '@strongroom/access';
import type { RotationRequestServiceClient } from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { callUnary } from '@strongroom/grpc-kit';
import type { SecretAccess } from '../domain/secret-access.port';

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
