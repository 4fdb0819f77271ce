import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type { PutKeyPolicyRequest, PutKeyPolicyResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { compilePolicy, grantsPublicAccess } from '@strongroom/policy';
import type { Dependencies } from './dependencies';
import { keyFor, writeOf } from './key-call';
import { contextOfBypass, requireKeyPolicy, requireNoLockout } from './policy-checks';

export const putKeyPolicy = (d: Dependencies) =>
  unary<PutKeyPolicyRequest, PutKeyPolicyResponse, Caller>(async (request, call) => {
    const policy = requireKeyPolicy(request.policy);
    const key = await keyFor(d, call, 'PutKeyPolicy', request.keyId, { conditions: contextOfBypass(request) });
    auditOf(call).parameter('publicAccess', grantsPublicAccess(compilePolicy(policy, 'resource')) || undefined);
    if (!request.bypassPolicyLockoutSafetyCheck) requireNoLockout(d, call, { ...key, policy });
    await d.store.change('PutKeyPolicy', key.keyId, { policy }, writeOf(call));
    return {};
  });
