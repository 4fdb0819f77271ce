import { DAY } from '@strongroom/clock';
import { FakeSecretStore } from './fake-secret-store.testing';
import { MAX_VERSIONS, pruneVersions, requireRoom } from './version-retention';

const now = new Date('2026-03-10T12:00:00Z');
const noAudit = { deadline: 0, beforeCommit: async () => {} };

/** Versions v0 (the oldest) and so on, a minute apart, the youngest `youngestAge` ms old. Resolves with what pruning deletes. */
const pruned = async (count: number, youngestAge: number, labels: Record<string, string> = {}): Promise<string[]> => {
  const store = new FakeSecretStore();
  const { id } = store.add('secret');
  const names = Array.from({ length: count }, (_, index) => `v${index}`);
  await store.change(
    id,
    async (locked) => {
      for (const [index, versionId] of names.entries()) {
        const createdAt = new Date(now.getTime() - youngestAge - (count - 1 - index) * 60_000);
        await locked.addVersion({ versionId, createdAt });
      }
      await locked.setLabels({ removed: [], set: Object.entries(labels).map(([label, versionId]) => ({ label, versionId })) });
    },
    noAudit,
  );
  await store.change(id, (locked) => pruneVersions(locked, now), noAudit);
  return names.filter((name) => !store.get(id).versions.has(name));
};

it('keeps 100 versions, however old', async () => {
  expect(await pruned(100, 365 * DAY)).toEqual([]);
});

it('prunes the oldest past 100', async () => {
  expect(await pruned(103, 2 * DAY)).toEqual(['v0', 'v1', 'v2']);
});

it('leaves alone what has a label, and takes the next ones', async () => {
  expect(await pruned(103, 2 * DAY, { AWSCURRENT: 'v102', mine: 'v0', AWSPREVIOUS: 'v2' })).toEqual(['v1', 'v3', 'v4']);
});

it('leaves alone what is 24 hours old and no more', async () => {
  // 101 versions, of which the oldest is as old as said.
  expect(await pruned(101, DAY - 100 * 60_000)).toEqual([]);
  expect(await pruned(101, DAY - 100 * 60_000 + 1)).toEqual(['v0']);
});

describe('room for another version', () => {
  /** What a secret with so many versions says, the oldest of which is so old. */
  const room = async (count: number, age: number): Promise<string> => {
    const store = new FakeSecretStore();
    const { id } = store.add('secret');
    await store.change(
      id,
      async (locked) => {
        for (let n = 0; n < count; n++) {
          await locked.addVersion({ versionId: `v${n}`, createdAt: n === 0 ? new Date(now.getTime() - age) : now });
        }
      },
      noAudit,
    );
    return store.change(id, (locked) => requireRoom(locked, now), noAudit).catch((error: { reason: string }) => error.reason);
  };

  it.each([
    [99, 0, 'few'],
    [100, 0, 'many'],
    [MAX_VERSIONS - 1, 0, 'many'],
    [MAX_VERSIONS, 0, 'LimitExceededException'],
    // One goes for the one that comes.
    [MAX_VERSIONS, 2 * DAY, 'full'],
  ])('of %d, the oldest %d ms old: %s', async (count, age, answer) => {
    expect(await room(count, age)).toBe(answer);
  });
});
