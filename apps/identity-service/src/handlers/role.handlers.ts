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
import { deleteConflict } from '../domain/iam-errors';
import type { Identity, IdentityName } from '../domain/identity';
import { parsePolicyArn } from '../domain/managed-policy';
import { nextMarker, pageOf } from '../domain/paging';
import { checkDocument } from '../domain/policy-document';
import { TRUST_POLICY_SIZE } from '../domain/quotas';
import { uniqueId } from '../domain/unique-id';
import type { Dependencies } from './dependencies';
import { boundaryContext, tagContext } from './iam-access';
import { nameIdentity, requireIdentity, usablePolicy, writeOf } from './iam-call';
import { toRole } from './iam-messages';

const MAX_SESSION_DURATION = { ...identityNumbers.maxSessionDuration, default: 3_600 };

const roleOf = (roleName: string): IdentityName => ({ kind: 'role', name: checkName(roleName, 'role', 'role_name') });

function checkTrustPolicy(document: string, field: string): string {
  checkDocument(document, 'trust', {
    field,
    size: TRUST_POLICY_SIZE,
    quota: 'ACLSizePerRole',
    invalidJson: 'This policy contains invalid Json',
  });
  return document;
}

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

/** Sessions that are under way go on: a trust policy decides who may begin one. */
export const updateAssumeRolePolicy = (d: Dependencies) =>
  unary<UpdateAssumeRolePolicyRequest, UpdateAssumeRolePolicyResponse, Caller>(async (request, call) => {
    const name = roleOf(request.roleName);
    const trustPolicy = checkTrustPolicy(request.policyDocument, 'policy_document');
    await d.store.change(writeOf(call), async (change) => {
      const role = await requireIdentity(d, call, change, 'iam:UpdateAssumeRolePolicy', name, { lock: 'change' });
      await change.identities.update({ ...role, role: { ...role.role!, trustPolicy } });
    });
    return {};
  });

export const deleteRole = (d: Dependencies) =>
  unary<DeleteRoleRequest, DeleteRoleResponse, Caller>(async (request, call) => {
    const name = roleOf(request.roleName);
    await d.store.change(writeOf(call), async (change) => {
      const role = await requireIdentity(d, call, change, 'iam:DeleteRole', name, { lock: 'change' });
      if (await change.bindings.isBound(role.id)) {
        throw deleteConflict('Cannot delete entity, must unbind certificates first.');
      }
      if ((await change.attachments.of(role.id)).length > 0) {
        throw deleteConflict('Cannot delete entity, must detach all policies first.');
      }
      if ((await change.inlinePolicies.of(role.id)).length > 0) {
        throw deleteConflict('Cannot delete entity, must delete policies first.');
      }
      await change.sessions.removeOf(role.id, d.clock.now());
      await change.identities.remove(role.id);
      change.changed(role.id);
    });
    return {};
  });
