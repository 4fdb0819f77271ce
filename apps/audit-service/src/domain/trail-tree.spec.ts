import { createHash } from 'node:crypto';
import { GrowingTree, leafHash, provesConsistency, provesInclusion } from '@strongroom/merkle';
import { TILE_WIDTH, TrailTree } from './trail-tree';
import { InMemoryTree } from './tree.testing';

const account = '000000000000';
/** Two complete nodes of the lowest stored level, and a part of a third. */
const LENGTH = 2 * TILE_WIDTH + 77;
const hashes = Array.from({ length: LENGTH }, (_, i) =>
  createHash('sha256')
    .update(`event ${i + 1}`)
    .digest(),
);
const rootsOf = () => {
  const tree = new GrowingTree();
  return [
    tree.root(),
    ...hashes.map((hash) => {
      tree.append(leafHash(hash));
      return tree.root();
    }),
  ];
};
const roots = rootsOf();
const setUp = () => {
  const stored = new InMemoryTree([...hashes]).grow();
  return { stored, tree: new TrailTree(stored) };
};
const sizes = [1, 2, 3, 100, 255, 256, 257, 300, 511, 512, 513, 589];

it.each([
  ['with its stored nodes', false],
  ['where an older version stored none', true],
])('has the root of each size, %s', async (_, isBare) => {
  const { stored, tree } = setUp();
  if (isBare) stored.stored.clear();
  for (const size of [0, ...sizes]) expect((await tree.root(account, size, {})).equals(roots[size]!)).toBe(true);
});

it('reads stored nodes, not all events', async () => {
  const { stored, tree } = setUp();
  const read: number[] = [];
  const all = stored.chainHashes.bind(stored);
  stored.chainHashes = (accountId, first, last) => {
    read.push(last - first + 1);
    return all(accountId, first, last);
  };
  await tree.root(account, LENGTH, {});
  await tree.inclusion(account, 3, LENGTH, {});
  expect(Math.max(...read)).toBeLessThanOrEqual(TILE_WIDTH);
  expect(read).toHaveLength(3);
});

it('proves every event in every size, and each size in each later one', async () => {
  const { tree } = setUp();
  for (const to of sizes) {
    for (const from of sizes.filter((size) => size <= to)) {
      const root = roots[to]!;
      const included = await tree.inclusion(account, from, to, {});
      expect(provesInclusion({ index: from - 1, leafHash: leafHash(hashes[from - 1]!), size: to, root, proof: included })).toBe(
        true,
      );
      const proof = await tree.consistency(account, from, to, {});
      expect(provesConsistency({ from: { size: from, root: roots[from]! }, to: { size: to, root }, proof })).toBe(true);
    }
  }
});

it('goes on without events that were removed, and says so where it cannot', async () => {
  const { stored, tree } = setUp();
  stored.hashes.fill(undefined, 0, 2 * TILE_WIDTH);
  expect(await tree.root(account, LENGTH, {})).toEqual(roots[LENGTH]);
  const proof = await tree.consistency(account, TILE_WIDTH, LENGTH, {});
  const from = { size: TILE_WIDTH, root: roots[TILE_WIDTH]! };
  expect(provesConsistency({ from, to: { size: LENGTH, root: roots[LENGTH]! }, proof })).toBe(true);
  const reason = { reason: 'ResourceNotFoundException' };
  await expect(tree.consistency(account, 100, LENGTH, {})).rejects.toMatchObject(reason);
  await expect(tree.inclusion(account, 100, LENGTH, {})).rejects.toMatchObject(reason);
  stored.stored.clear();
  await expect(tree.root(account, LENGTH, {})).rejects.toMatchObject(reason);
});
