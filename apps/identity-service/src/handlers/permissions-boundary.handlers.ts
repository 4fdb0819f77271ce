import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type {
  DeletePermissionsBoundaryRequest,
  DeletePermissionsBoundaryResponse,
  PutPermissionsBoundaryRequest,
  PutPermissionsBoundaryResponse,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { unary } from '@strongroom/grpc-kit';
import { KIND_TITLES } from '../domain/identity';
import { putBoundary, removeBoundary } from '../domain/identity-policies';
import { parsePolicyArn } from '../domain/managed-policy';
import type { Dependencies } from './dependencies';
import { boundaryContext } from './iam-access';
import { requireIdentity, targetOf, writeOf } from './iam-call';

export const putPermissionsBoundary = (d: Dependencies) =>
  unary<PutPermissionsBoundaryRequest, PutPermissionsBoundaryResponse, Caller>(async (request, call) => {
    const target = targetOf(request.target, ['user', 'role']);
    const policy = parsePolicyArn(request.policyArn);
    auditOf(call).parameter('policyArn', policy.arn);
    await d.store.change(writeOf(call), async (change) => {
      const identity = await requireIdentity(d, call, change, `iam:Put${KIND_TITLES[target.kind]}PermissionsBoundary`, target, {
        lock: 'change',
        context: boundaryContext(policy.arn),
      });
      await putBoundary(change, identity, policy);
    });
    return {};
  });

export const deletePermissionsBoundary = (d: Dependencies) =>
  unary<DeletePermissionsBoundaryRequest, DeletePermissionsBoundaryResponse, Caller>(async (request, call) => {
    const target = targetOf(request.target, ['user', 'role']);
    await d.store.change(writeOf(call), async (change) => {
      const action = `iam:Delete${KIND_TITLES[target.kind]}PermissionsBoundary`;
      const identity = await requireIdentity(d, call, change, action, target, { lock: 'change', bounded: true });
      await removeBoundary(change, identity);
    });
    return {};
  });
