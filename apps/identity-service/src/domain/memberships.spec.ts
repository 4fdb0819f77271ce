import { InMemoryChange } from './in-memory-change.testing';
import { addToGroup, removeFromGroup } from './memberships';

it('has a user in ten groups at most, and in each of them once', async () => {
  const change = new InMemoryChange();
  const ada = change.newIdentity('user', 'ada');
  const groups = Array.from({ length: 11 }, (_, n) => change.newIdentity('group', `g${n}`));
  for (const group of groups.slice(0, 10)) await addToGroup(change, group, ada);
  await addToGroup(change, groups[0]!, ada);
  await expect(addToGroup(change, groups[10]!, ada)).rejects.toMatchObject({ reason: 'LimitExceeded' });
  expect(change.subjects).toEqual(Array(11).fill(ada.id));
});

it('removes members only', async () => {
  const change = new InMemoryChange();
  const [ada, staff] = [change.newIdentity('user', 'ada'), change.newIdentity('group', 'staff')];
  await addToGroup(change, staff, ada);
  await removeFromGroup(change, staff, ada);
  await expect(removeFromGroup(change, staff, ada)).rejects.toMatchObject({
    reason: 'NoSuchEntity',
    message: 'User ada is not in group staff.',
  });
  expect(change.subjects).toEqual([ada.id, ada.id]);
});
