import { callerReference } from '@strongroom/access';
import type { ServiceClient } from '@strongroom/grpc-kit';
import type { rotationRequestService } from '@strongroom/methods';
import type { SecretAccess } from '../domain/secret-access.port';

export const secretAccessClient = (client: ServiceClient<typeof rotationRequestService>): SecretAccess => ({
  require: (call, secretId, action) =>
    client.authorizeSecretAccess(
      { caller: callerReference(call), secretId, action: `secretsmanager:${action}` },
      // Not the deadline of the call: for a stream that is far away.
      {
        timeoutMs: Math.min(10_000, call.deadline - Date.now()),
        requestId: call.requestId,
        signal: call.signal,
      },
    ),
});
