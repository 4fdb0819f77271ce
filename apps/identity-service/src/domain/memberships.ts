import { limitExceeded, noSuchEntity } from './iam-errors';
import type { Identity } from './identity';
import { GROUPS_OF_USER } from './quotas';
import type { Change } from './store.port';

/** Both must be held alone. @throws LimitExceeded */
export async function addToGroup(change: Change, group: Identity, user: Identity): Promise<void> {
  await change.memberships.add(group.id, user.id);
  if ((await change.memberships.countGroupsOf(user.id)) > GROUPS_OF_USER) {
    throw limitExceeded(`Cannot exceed quota for GroupsPerUser: ${GROUPS_OF_USER}`);
  }
  change.changed(user.id);
}

/** @throws NoSuchEntity */
export async function removeFromGroup(change: Change, group: Identity, user: Identity): Promise<void> {
  if (!(await change.memberships.remove(group.id, user.id))) {
    throw noSuchEntity(`User ${user.name} is not in group ${group.name}.`);
  }
  change.changed(user.id);
}
