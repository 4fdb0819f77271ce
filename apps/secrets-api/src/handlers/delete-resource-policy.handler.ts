import type {
  DeleteResourcePolicyRequest,
  DeleteResourcePolicyResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { unary } from '@strongroom/grpc-kit';
import type { Dependencies } from './dependencies';
import type { Call } from './secret-access';
import { writeScope } from './write-scope';

export const deleteResourcePolicy = (d: Dependencies) =>
  unary<DeleteResourcePolicyRequest, DeleteResourcePolicyResponse, Call['caller']>(async (request, call) => {
    const { secret } = await d.access.open(call, 'DeleteResourcePolicy', request.secretId);
    await d.lifecycle.setPolicy(secret, undefined, writeScope(call, secret.accountId));
    return { arn: secret.arn, name: secret.name };
  });
