import { accessKeyOf, addAccessKey, removeAccessKey, setKeyActive } from './access-keys';
import { InMemoryChange } from './in-memory-change.testing';

let change: InMemoryChange;
const keyOf = async (userId: string) => {
  const key = change.newKey(userId);
  await addAccessKey(change, key);
  return key;
};
beforeEach(() => (change = new InMemoryChange()));

it('has two keys for a user at most', async () => {
  const [ada, bob] = [change.newIdentity('user', 'ada'), change.newIdentity('user', 'bob')];
  await keyOf(ada.id);
  await keyOf(ada.id);
  await keyOf(bob.id);
  await expect(keyOf(ada.id)).rejects.toMatchObject({ reason: 'LimitExceeded' });
  expect(change.stored.keys.size).toBe(3);
});

it('finds keys of their own user only', async () => {
  const [ada, bob] = [change.newIdentity('user', 'ada'), change.newIdentity('user', 'bob')];
  const key = await keyOf(ada.id);
  expect(await accessKeyOf(change, ada, key.accessKeyId)).toBe(key);
  const asked = () => accessKeyOf(change, bob, key.accessKeyId).catch((error: unknown) => error);
  const foreign = await asked();
  expect(foreign).toMatchObject({ reason: 'NoSuchEntity' });
  await change.accessKeys.remove(key.accessKeyId);
  expect(await asked()).toEqual(foreign);
});

describe('a key that is made inactive', () => {
  it('ends what was begun with it, for good', async () => {
    const ada = change.newIdentity('user', 'ada');
    const [key, other] = [await keyOf(ada.id), await keyOf(ada.id)];
    change.newSession(key.accessKeyId, ada.id);
    const kept = change.newSession(other.accessKeyId, ada.id);
    await setKeyActive(change, key, false);
    expect(change.sessionIds).toEqual([kept.accessKeyId]);
    expect(change.stored.keys.get(key.accessKeyId)).toMatchObject({ active: false });
    await setKeyActive(change, key, true);
    expect(change.sessionIds).toEqual([kept.accessKeyId]);
    // The first change tells services that the key identifies nobody any more; the second, that it identifies somebody again.
    expect(change.subjects).toEqual([key.accessKeyId, key.accessKeyId]);
  });

  it('loses nothing by being made active', async () => {
    const ada = change.newIdentity('user', 'ada');
    const key = await keyOf(ada.id);
    const { accessKeyId } = change.newSession(key.accessKeyId, ada.id);
    await setKeyActive(change, key, true);
    expect(change.sessionIds).toEqual([accessKeyId]);
  });
});

it('takes the sessions of a key that is removed', async () => {
  const ada = change.newIdentity('user', 'ada');
  const key = await keyOf(ada.id);
  change.newSession(key.accessKeyId, ada.id);
  await removeAccessKey(change, key);
  expect([change.sessionIds, change.stored.keys.size, change.subjects]).toEqual([[], 0, [key.accessKeyId]]);
});
