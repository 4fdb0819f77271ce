import type { Caller } from '@strongroom/access';
import type {
  AddUserToGroupRequest,
  AddUserToGroupResponse,
  RemoveUserFromGroupRequest,
  RemoveUserFromGroupResponse,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { unary } from '@strongroom/grpc-kit';
import { checkName } from '../domain/field-rules';
import { limitExceeded, noSuchEntity } from '../domain/iam-errors';
import { noSuchIdentity } from '../domain/identity';
import { GROUPS_OF_USER } from '../domain/quotas';
import type { Change } from '../domain/store.port';
import type { Dependencies } from './dependencies';
import { groupOf } from './group.handlers';
import type { IamCall } from './iam-access';
import { nameIdentity, requireIdentity, writeOf } from './iam-call';

/** The permission is one on the group; the user is looked up only for those who have it. */
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
      await change.memberships.add(group.id, user.id);
      if ((await change.memberships.countGroupsOf(user.id)) > GROUPS_OF_USER) {
        throw limitExceeded(`Cannot exceed quota for GroupsPerUser: ${GROUPS_OF_USER}`);
      }
      change.changed(user.id);
    });
    return {};
  });

export const removeUserFromGroup = (d: Dependencies) =>
  unary<RemoveUserFromGroupRequest, RemoveUserFromGroupResponse, Caller>(async ({ groupName, userName }, call) => {
    await d.store.change(writeOf(call), async (change) => {
      const { group, user } = await membershipOf(d, call, change, 'iam:RemoveUserFromGroup', groupName, userName);
      if (!(await change.memberships.remove(group.id, user.id))) {
        throw noSuchEntity(`User ${user.name} is not in group ${group.name}.`);
      }
      change.changed(user.id);
    });
    return {};
  });
