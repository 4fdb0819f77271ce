import type { Caller } from '@strongroom/access';
import type {
  CreateRoleRequest,
  CreateRoleResponse,
  DeleteRoleRequest,
  DeleteRoleResponse,
  GetRoleRequest,
  GetRoleResponse,
  ListRolesRequest,
  ListRolesResponse,
  UpdateAssumeRolePolicyRequest,
  UpdateAssumeRolePolicyResponse,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { identityNumbers, identityTexts } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import { checkDuration, checkName, checkPath, checkPathPrefix, checkTags, checkText } from '../domain/field-rules';
import type { Identity, IdentityName } from '../domain/identity';
import { replaceTrustPolicy } from '../domain/identity-changes';
import { usablePolicy } from '../domain/identity-policies';
import { removeIdentity } from '../domain/identity-removal';
import { parsePolicyArn } from '../domain/managed-policy';
import { nextMarker, pageOf } from '../domain/paging';
import { checkTrustPolicy } from '../domain/policy-document';
import { uniqueId } from '../domain/unique-id';
import type { Dependencies } from './dependencies';
import { boundaryContext, tagContext } from './iam-access';
import { nameIdentity, requireIdentity, writeOf } from './iam-call';
import { toRole } from './iam-messages';

const MAX_SESSION_DURATION = { ...identityNumbers.maxSessionDuration, default: 3_600 };

const roleOf = (roleName: string): IdentityName => ({ kind: 'role', name: checkName(roleName, 'role', 'role_name') });

export const createRole = (d: Dependencies) =>
  unary<CreateRoleRequest, CreateRoleResponse, Caller>(async (request, call) => {
    const boundary =
      request.permissionsBoundary === '' ? undefined : parsePolicyArn(request.permissionsBoundary, 'permissions_boundary');
    const role: Identity = {
      ...roleOf(request.roleName),
      id: uniqueId('role', d.random),
      accountId: call.caller.accountId,
      path: checkPath(request.path),
      createDate: d.clock.now(),
      permissionsBoundary: boundary?.arn,
      tags: checkTags(request.tags),
      role: {
        trustPolicy: checkTrustPolicy(request.assumeRolePolicyDocument, 'assume_role_policy_document'),
        description: checkText(request.description, identityTexts.description.max, 'description'),
        maxSessionDuration: checkDuration(request.maxSessionDuration, MAX_SESSION_DURATION, 'max_session_duration'),
      },
    };
    const tags = tagContext(role.tags);
    const { tags: _, ...untagged } = role;
    d.access.requireOn(call, 'iam:CreateRole', untagged, { ...tags, ...boundaryContext(boundary?.arn) });
    if (role.tags.length > 0) d.access.requireOn(call, 'iam:TagRole', untagged, tags);
    nameIdentity(call, role);
    await d.store.change(writeOf(call), async (change) => {
      if (boundary) await usablePolicy(change, boundary, role.accountId);
      await change.identities.add(role);
    });
    return { role: toRole(role) };
  });

export const getRole = (d: Dependencies) =>
  unary<GetRoleRequest, GetRoleResponse, Caller>(async (request, call) => {
    const name = roleOf(request.roleName);
    const role = await d.store.read(call.deadline, (stored) => requireIdentity(d, call, stored, 'iam:GetRole', name));
    return { role: toRole(role) };
  });

export const listRoles = (d: Dependencies) =>
  unary<ListRolesRequest, ListRolesResponse, Caller>(async (request, call) => {
    const page = pageOf(request);
    const prefix = checkPathPrefix(request.pathPrefix);
    d.access.require(call, 'iam:ListRoles');
    const { accountId } = call.caller;
    const roles = await d.store.read(call.deadline, (stored) => stored.identities.list(accountId, 'role', prefix, page));
    return { roles: roles.items.map(toRole), marker: nextMarker(roles, (role) => role.name) };
  });

export const updateAssumeRolePolicy = (d: Dependencies) =>
  unary<UpdateAssumeRolePolicyRequest, UpdateAssumeRolePolicyResponse, Caller>(async (request, call) => {
    const name = roleOf(request.roleName);
    const trustPolicy = checkTrustPolicy(request.policyDocument, 'policy_document');
    await d.store.change(writeOf(call), async (change) => {
      const role = await requireIdentity(d, call, change, 'iam:UpdateAssumeRolePolicy', name, { lock: 'change' });
      await replaceTrustPolicy(change, role, trustPolicy);
    });
    return {};
  });

export const deleteRole = (d: Dependencies) =>
  unary<DeleteRoleRequest, DeleteRoleResponse, Caller>(async (request, call) => {
    const name = roleOf(request.roleName);
    await d.store.change(writeOf(call), async (change) => {
      const role = await requireIdentity(d, call, change, 'iam:DeleteRole', name, { lock: 'change' });
      await removeIdentity(change, role, d.clock.now());
    });
    return {};
  });
