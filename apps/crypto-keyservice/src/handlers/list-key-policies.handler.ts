import type { Caller } from '@strongroom/access';
import type { ListKeyPoliciesRequest, ListKeyPoliciesResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { requireLimit } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { keyFor } from './key-call';

export const listKeyPolicies = (d: Dependencies) =>
  unary<ListKeyPoliciesRequest, ListKeyPoliciesResponse, Caller>(async (request, call) => {
    requireLimit(request.limit, { min: 1, max: 1_000, byDefault: 100 });
    await keyFor(d, call, 'ListKeyPolicies', request.keyId);
    return { policyNames: ['default'], nextMarker: '', truncated: false };
  });
