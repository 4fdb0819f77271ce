import { deleteConflict } from './iam-errors';
import type { Identity, IdentityKind } from './identity';
import type { Change } from './store.port';

/** What an identity may still have, and what must be done about it first. */
interface Remains {
  of: (change: Change, identity: Identity) => Promise<boolean>;
  must: string;
}

const keys: Remains = {
  of: async (change, { id }) => (await change.accessKeys.of(id)).length > 0,
  must: 'delete access keys',
};
const certificates: Remains = { of: (change, { id }) => change.bindings.isBound(id), must: 'unbind certificates' };
const loginProfile: Remains = {
  of: async (change, { id }) => (await change.loginProfiles.find(id)) !== undefined,
  must: 'delete login profile',
};
const mfaDevices: Remains = {
  of: async (change, { id }) => (await change.mfaDevices.of(id)).length > 0 || (await change.passkeys.of(id)).length > 0,
  must: 'delete MFA device',
};
const attachedPolicies: Remains = {
  of: async (change, { id }) => (await change.attachments.of(id)).length > 0,
  must: 'detach all policies',
};
const inlinePolicies: Remains = {
  of: async (change, { id }) => (await change.inlinePolicies.of(id)).length > 0,
  must: 'delete policies',
};
const groups: Remains = {
  of: async (change, { id }) => (await change.memberships.countGroupsOf(id)) > 0,
  must: 'remove users from group',
};
const members: Remains = {
  of: async (change, { id }) => (await change.memberships.membersOf(id, { size: 1 })).items.length > 0,
  must: 'remove users from group',
};

/** In the order in which AWS asks for them. */
const remains: Readonly<Record<IdentityKind, readonly Remains[]>> = {
  user: [loginProfile, keys, certificates, mfaDevices, attachedPolicies, inlinePolicies, groups],
  group: [members, attachedPolicies, inlinePolicies],
  role: [certificates, attachedPolicies, inlinePolicies],
};

/** Takes away an identity that has nothing any more, and the sessions that it is in. @throws DeleteConflict */
export async function removeIdentity(change: Change, identity: Identity, now: Date): Promise<void> {
  for (const { of, must } of remains[identity.kind]) {
    if (await of(change, identity)) throw deleteConflict(`Cannot delete entity, must ${must} first.`);
  }
  if (identity.kind !== 'group') await change.sessions.removeOf(identity.id, now);
  await change.identities.remove(identity.id);
  change.changed(identity.id);
}
