import type { Caller } from '@strongroom/access';
import type {
  AddUserToGroupRequest,
  AddUserToGroupResponse,
  RemoveUserFromGroupRequest,
  RemoveUserFromGroupResponse,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { unary } from '@strongroom/grpc-kit';
import { checkName } from '../domain/field-rules';
import { noSuchIdentity } from '../domain/identity';
import { addToGroup, removeFromGroup } from '../domain/memberships';
import type { Change } from '../domain/store.port';
import type { Dependencies } from './dependencies';
import { groupOf } from './group.handlers';
import type { IamCall } from './iam-access';
import { nameIdentity, requireIdentity, writeOf } from './iam-call';

/** The permission is about the group. The user is looked up only for callers who have it. */
async function membershipOf(d: Dependencies, call: IamCall, change: Change, action: string, groupName: string, userName: string) {
  const group = await requireIdentity(d, call, change, action, groupOf(groupName), { lock: 'change' });
  const name = { kind: 'user', name: checkName(userName, 'user', 'user_name') } as const;
  const user = await change.identities.find(call.caller.accountId, name, 'change');
  if (!user) throw noSuchIdentity(name);
  nameIdentity(call, user);
  return { group, user };
}

export const addUserToGroup = (d: Dependencies) =>
  unary<AddUserToGroupRequest, AddUserToGroupResponse, Caller>(async ({ groupName, userName }, call) => {
    await d.store.change(writeOf(call), async (change) => {
      const { group, user } = await membershipOf(d, call, change, 'iam:AddUserToGroup', groupName, userName);
      await addToGroup(change, group, user);
    });
    return {};
  });

export const removeUserFromGroup = (d: Dependencies) =>
  unary<RemoveUserFromGroupRequest, RemoveUserFromGroupResponse, Caller>(async ({ groupName, userName }, call) => {
    await d.store.change(writeOf(call), async (change) => {
      const { group, user } = await membershipOf(d, call, change, 'iam:RemoveUserFromGroup', groupName, userName);
      await removeFromGroup(change, group, user);
    });
    return {};
  });
