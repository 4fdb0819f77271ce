import type { Identity, IdentityKind } from './identity';
import { removeIdentity } from './identity-removal';
import { ACCOUNT, InMemoryChange, NOW } from './in-memory-change.testing';

let change: InMemoryChange;
beforeEach(() => (change = new InMemoryChange()));

const give: Record<string, (identity: Identity) => Promise<unknown>> = {
  key: ({ id }) => change.accessKeys.add(change.newKey(id)),
  certificate: ({ id }) => change.bindings.add({ uri: 'spiffe://x/y', accountId: ACCOUNT, identityId: id, createDate: NOW }),
  'login profile': ({ id }) =>
    change.loginProfiles.add({ userId: id, createDate: NOW, resetRequired: false, generation: 1 }, 'one'),
  'MFA device': ({ id }) =>
    change.mfaDevices.add({
      ...{ serialNumber: 'arn:aws:iam::000000000000:mfa/phone', accountId: ACCOUNT, userId: id, sealedSeed: Buffer.of() },
      ...{ createDate: NOW, drift: 0, lastStep: 0 },
    }),
  'attached policy': ({ id }) => change.attachments.add(id, 'arn:aws:iam::aws:policy/AdministratorAccess'),
  'inline policy': ({ id }) => change.inlinePolicies.put(id, { name: 'p', document: '{}' }),
  group: ({ id }) => change.memberships.add(change.newIdentity('group', 'staff').id, id),
  member: ({ id }) => change.memberships.add(id, change.newIdentity('user', 'member').id),
};

it.each<[IdentityKind, string, string]>([
  ['user', 'login profile', 'delete login profile'],
  ['user', 'key', 'delete access keys'],
  ['user', 'MFA device', 'delete MFA device'],
  ['user', 'certificate', 'unbind certificates'],
  ['user', 'attached policy', 'detach all policies'],
  ['user', 'inline policy', 'delete policies'],
  ['user', 'group', 'remove users from group'],
  ['group', 'member', 'remove users from group'],
  ['group', 'attached policy', 'detach all policies'],
  ['group', 'inline policy', 'delete policies'],
  ['role', 'certificate', 'unbind certificates'],
  ['role', 'attached policy', 'detach all policies'],
  ['role', 'inline policy', 'delete policies'],
])('keeps a %s that has a %s', async (kind, what, must) => {
  const identity = change.newIdentity(kind, 'one');
  await give[what]!(identity);
  const { accessKeyId } = change.newSession('AKIA', identity.id);
  await expect(removeIdentity(change, identity, NOW)).rejects.toMatchObject({
    reason: 'DeleteConflict',
    message: `Cannot delete entity, must ${must} first.`,
  });
  expect(change.stored.identities.get(identity.id)).toBe(identity);
  expect([change.sessionIds, change.subjects]).toEqual([[accessKeyId], []]);
});

it.each<IdentityKind>(['user', 'group', 'role'])('removes a %s that has nothing, and its sessions', async (kind) => {
  const [identity, other] = [change.newIdentity(kind, 'one'), change.newIdentity('role', 'other')];
  if (kind !== 'group') change.newSession('AKIA', identity.id);
  const { accessKeyId } = change.newSession('AKIA', other.id);
  await removeIdentity(change, identity, NOW);
  expect([...change.stored.identities.keys()]).toEqual([other.id]);
  expect([change.sessionIds, change.subjects]).toEqual([[accessKeyId], [identity.id]]);
});
