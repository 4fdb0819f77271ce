import type { Caller } from '@strongroom/access';
import type {
  CreateGroupRequest,
  CreateGroupResponse,
  DeleteGroupRequest,
  DeleteGroupResponse,
  GetGroupRequest,
  GetGroupResponse,
  ListGroupsForUserRequest,
  ListGroupsForUserResponse,
  ListGroupsRequest,
  ListGroupsResponse,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { unary } from '@strongroom/grpc-kit';
import { checkName, checkPath, checkPathPrefix } from '../domain/field-rules';
import type { Identity, IdentityName } from '../domain/identity';
import { removeIdentity } from '../domain/identity-removal';
import { nextMarker, pageOf } from '../domain/paging';
import { uniqueId } from '../domain/unique-id';
import type { Dependencies } from './dependencies';
import { nameIdentity, requireIdentity, userOf, writeOf } from './iam-call';
import { toGroup, toUser } from './iam-messages';

export const groupOf = (groupName: string): IdentityName => ({
  kind: 'group',
  name: checkName(groupName, 'group', 'group_name'),
});

export const createGroup = (d: Dependencies) =>
  unary<CreateGroupRequest, CreateGroupResponse, Caller>(async (request, call) => {
    const group: Identity = {
      ...groupOf(request.groupName),
      id: uniqueId('group', d.random),
      accountId: call.caller.accountId,
      path: checkPath(request.path),
      createDate: d.clock.now(),
      tags: [],
    };
    d.access.requireOn(call, 'iam:CreateGroup', group);
    nameIdentity(call, group);
    await d.store.change(writeOf(call), (change) => change.identities.add(group));
    return { group: toGroup(group) };
  });

export const getGroup = (d: Dependencies) =>
  unary<GetGroupRequest, GetGroupResponse, Caller>(async (request, call) => {
    const page = pageOf(request);
    const name = groupOf(request.groupName);
    return d.store.read(call.deadline, async (stored) => {
      const group = await requireIdentity(d, call, stored, 'iam:GetGroup', name);
      const members = await stored.memberships.membersOf(group.id, page);
      const marker = nextMarker(members, (user) => user.name);
      return { group: toGroup(group), users: members.items.map(toUser), marker };
    });
  });

export const listGroups = (d: Dependencies) =>
  unary<ListGroupsRequest, ListGroupsResponse, Caller>(async (request, call) => {
    const page = pageOf(request);
    const prefix = checkPathPrefix(request.pathPrefix);
    d.access.require(call, 'iam:ListGroups');
    const { accountId } = call.caller;
    const groups = await d.store.read(call.deadline, (stored) => stored.identities.list(accountId, 'group', prefix, page));
    return { groups: groups.items.map(toGroup), marker: nextMarker(groups, (group) => group.name) };
  });

export const listGroupsForUser = (d: Dependencies) =>
  unary<ListGroupsForUserRequest, ListGroupsForUserResponse, Caller>(async (request, call) => {
    const page = pageOf(request);
    const name = userOf(request.userName, call);
    return d.store.read(call.deadline, async (stored) => {
      const user = await requireIdentity(d, call, stored, 'iam:ListGroupsForUser', name);
      const groups = await stored.memberships.groupsOf(user.id, page);
      return { groups: groups.items.map(toGroup), marker: nextMarker(groups, (group) => group.name) };
    });
  });

export const deleteGroup = (d: Dependencies) =>
  unary<DeleteGroupRequest, DeleteGroupResponse, Caller>(async (request, call) => {
    const name = groupOf(request.groupName);
    await d.store.change(writeOf(call), async (change) => {
      const group = await requireIdentity(d, call, change, 'iam:DeleteGroup', name, { lock: 'change' });
      await removeIdentity(change, group, d.clock.now());
    });
    return {};
  });
