import type { GetResourcePolicyRequest, GetResourcePolicyResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { unary } from '@strongroom/grpc-kit';
import { markedForDeletion } from '../domain/secret-errors';
import type { Dependencies } from './dependencies';
import type { Call } from './secret-access';

export const getResourcePolicy = (d: Dependencies) =>
  unary<GetResourcePolicyRequest, GetResourcePolicyResponse, Call['caller']>(async (request, call) => {
    const { secret } = await d.access.open(call, 'GetResourcePolicy', request.secretId);
    if (secret.deletion) throw markedForDeletion();
    return { arn: secret.arn, name: secret.name, resourcePolicy: secret.resourcePolicy };
  });
