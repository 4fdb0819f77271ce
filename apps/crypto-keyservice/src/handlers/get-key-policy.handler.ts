import type { Caller } from '@strongroom/access';
import type { GetKeyPolicyRequest, GetKeyPolicyResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { keyTargetWithoutAlias } from '../domain/key-target';
import type { Dependencies } from './dependencies';
import { authorizedKey, scopeOf } from './key-call';

export const getKeyPolicy = (d: Dependencies) =>
  unary<GetKeyPolicyRequest, GetKeyPolicyResponse, Caller>(async (request, call) => {
    const target = keyTargetWithoutAlias(request.keyId, scopeOf(d, call));
    const { policy } = await authorizedKey(d, call, 'kms:GetKeyPolicy', target);
    return { policy };
  });
