import { replaceTrustPolicy, tagIdentity, untagIdentity } from './identity-changes';
import { InMemoryChange } from './in-memory-change.testing';

let change: InMemoryChange;
beforeEach(() => (change = new InMemoryChange()));

it('changes tags, on which permissions may depend', async () => {
  const ada = change.newIdentity('user', 'ada');
  await tagIdentity(change, ada, [{ key: 'team', value: 'blue' }]);
  const tagged = change.stored.identities.get(ada.id)!;
  expect(tagged.tags).toEqual([{ key: 'team', value: 'blue' }]);
  await untagIdentity(change, tagged, ['team']);
  expect(change.stored.identities.get(ada.id)).toEqual(ada);
  expect(change.subjects).toEqual([ada.id, ada.id]);
});

it('lets sessions of a role go on when others are trusted', async () => {
  const role = change.newIdentity('role', 'deploy');
  const { accessKeyId } = change.newSession('AKIA', role.id);
  await replaceTrustPolicy(change, role, '{"Version":"2012-10-17"}');
  expect(change.stored.identities.get(role.id)!.role).toEqual({ ...role.role, trustPolicy: '{"Version":"2012-10-17"}' });
  expect([change.sessionIds, change.subjects]).toEqual([[accessKeyId], []]);
});
