import type { CancelRotateSecretRequest, CancelRotateSecretResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { unary } from '@strongroom/grpc-kit';
import type { Dependencies } from './dependencies';
import type { Call } from './secret-access';
import { writeScope } from './write-scope';

export const cancelRotateSecret = (d: Dependencies) =>
  unary<CancelRotateSecretRequest, CancelRotateSecretResponse, Call['caller']>(async (request, call) => {
    const { secret } = await d.access.open(call, 'CancelRotateSecret', request.secretId);
    const versionId = await d.rotations.cancel(secret, writeScope(call, secret.accountId));
    return { arn: secret.arn, name: secret.name, versionId };
  });
