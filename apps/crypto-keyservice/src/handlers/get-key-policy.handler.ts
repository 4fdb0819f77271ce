import type { Caller } from '@strongroom/access';
import type { GetKeyPolicyRequest, GetKeyPolicyResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import type { Dependencies } from './dependencies';
import { keyFor } from './key-call';

export const getKeyPolicy = (d: Dependencies) =>
  unary<GetKeyPolicyRequest, GetKeyPolicyResponse, Caller>(async (request, call) => {
    const { policy } = await keyFor(d, call, 'GetKeyPolicy', request.keyId);
    return { policy };
  });
