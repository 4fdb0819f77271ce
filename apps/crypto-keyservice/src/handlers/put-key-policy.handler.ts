import type { Caller } from '@strongroom/access';
import type { PutKeyPolicyRequest, PutKeyPolicyResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { keyTargetWithoutAlias } from '../domain/key-target';
import type { Dependencies } from './dependencies';
import { authorizedKey, scopeOf, writeOf } from './key-call';
import { requireKeyPolicy, requireNoLockout } from './policy-checks';

export const putKeyPolicy = (d: Dependencies) =>
  unary<PutKeyPolicyRequest, PutKeyPolicyResponse, Caller>(async (request, call) => {
    const bypass = request.bypassPolicyLockoutSafetyCheck;
    const target = keyTargetWithoutAlias(request.keyId, scopeOf(d, call));
    const policy = requireKeyPolicy(request.policy);
    const key = await authorizedKey(d, call, 'kms:PutKeyPolicy', target, {
      'kms:bypasspolicylockoutsafetycheck': String(bypass),
    });
    if (!bypass) requireNoLockout(d, call, { ...key, policy });
    await d.store.setPolicy(key.keyId, policy, writeOf(call));
    return {};
  });
