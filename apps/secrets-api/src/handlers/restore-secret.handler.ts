import type { RestoreSecretRequest, RestoreSecretResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { unary } from '@strongroom/grpc-kit';
import type { Dependencies } from './dependencies';
import type { Call } from './secret-access';
import { writeScope } from './write-scope';

export const restoreSecret = (d: Dependencies) =>
  unary<RestoreSecretRequest, RestoreSecretResponse, Call['caller']>(async (request, call) => {
    const { secret } = await d.access.open(call, 'RestoreSecret', request.secretId);
    await d.lifecycle.restore(secret, writeScope(call, secret.accountId));
    return { arn: secret.arn, name: secret.name };
  });
