import { addBinding, removeBinding } from './certificate-bindings';
import { ACCOUNT, InMemoryChange, NOW } from './in-memory-change.testing';

const uri = 'spiffe://strongroom.local/app/billing';

it('says that a certificate stands for somebody else, and takes its sessions with it', async () => {
  const change = new InMemoryChange();
  const { id: identityId } = change.newIdentity('role', 'billing');
  await addBinding(change, { uri, accountId: ACCOUNT, identityId, createDate: NOW });
  expect(change.subjects).toEqual([`cert:${uri}`]);
  change.newSession(`cert:${uri}`, identityId);
  const other = change.newSession(`cert:${uri}/other`, identityId);
  await removeBinding(change, uri);
  expect(change.sessionIds).toEqual([other.accessKeyId]);
  expect(change.stored.bindings.size).toBe(0);
  expect(change.subjects).toEqual([`cert:${uri}`, `cert:${uri}`]);
});
