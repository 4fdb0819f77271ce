import * as fc from 'fast-check';
import { completeSubtrees, joined, wholeTree } from './subtrees';
import { GrowingTree } from './growing-tree';
import {
  consistencyNodes,
  hashesOfNodes,
  inclusionNodes,
  provesConsistency,
  provesInclusion,
  type SubtreeHashes,
} from './proofs';
import { emptyRoot, leafHash, nodeHash } from './tree-hash';

// RFC 6962, 2.1, word by word: the hash of a list of leaves, the path of a leaf, the proof between two sizes.
const split = (size: number): number => {
  let half = 1;
  while (half * 2 < size) half *= 2;
  return half;
};
const treeHash = (leaves: readonly Buffer[]): Buffer => {
  if (leaves.length === 0) return emptyRoot;
  if (leaves.length === 1) return leafHash(leaves[0]!);
  const k = split(leaves.length);
  return nodeHash(treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k)));
};
const path = (m: number, leaves: readonly Buffer[]): Buffer[] => {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return m < k
    ? [...path(m, leaves.slice(0, k)), treeHash(leaves.slice(k))]
    : [...path(m - k, leaves.slice(k)), treeHash(leaves.slice(0, k))];
};
const subproof = (m: number, leaves: readonly Buffer[], isWhole: boolean): Buffer[] => {
  if (m === leaves.length) return isWhole ? [] : [treeHash(leaves)];
  const k = split(leaves.length);
  return m <= k
    ? [...subproof(m, leaves.slice(0, k), isWhole), treeHash(leaves.slice(k))]
    : [...subproof(m - k, leaves.slice(k), false), treeHash(leaves.slice(0, k))];
};

const leavesOf = (size: number): Buffer[] => Array.from({ length: size }, (_, index) => Buffer.from(`leaf ${index}`));
const hashesOf =
  (leaves: readonly Buffer[]): SubtreeHashes =>
  async (subtrees) =>
    subtrees.map(({ level, index }) => treeHash(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)));
const hex = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString('hex'));
const sizes = fc.integer({ min: 1, max: 300 });
const flipped = (hash: Buffer): Buffer => Buffer.from(hash.map((byte, index) => (index === 7 ? byte ^ 1 : byte)));

describe('the tree', () => {
  it('grows to the root that the RFC defines, whatever its size', () => {
    const leaves = leavesOf(300);
    const tree = new GrowingTree();
    for (let size = 0; size < 300; size++) {
      expect(tree.root().equals(treeHash(leaves.slice(0, size)))).toBe(true);
      tree.append(leafHash(leaves[size]!));
    }
  });

  it('goes on from its complete subtrees', async () => {
    const leaves = leavesOf(77);
    const tree = new GrowingTree(70, await hashesOf(leaves)(completeSubtrees(wholeTree(70))));
    for (const leaf of leaves.slice(70)) tree.append(leafHash(leaf));
    expect(tree.size).toBe(77);
    expect(hex(tree.subtrees)).toEqual(hex(await hashesOf(leaves)(completeSubtrees(wholeTree(77)))));
    expect(joined(tree.subtrees)).toEqual(treeHash(leaves));
  });

  it('is divided the same beyond 2^32 leaves', () => {
    const size = 2 ** 52 + 3;
    expect(completeSubtrees(wholeTree(size))).toEqual([
      { level: 52, index: 0 },
      { level: 1, index: 2 ** 51 },
      { level: 0, index: 2 ** 52 + 2 },
    ]);
    expect(inclusionNodes(2 ** 52 + 2, size).map(({ start, end }) => end - start)).toEqual([2, 2 ** 52]);
  });
});

describe('proofs', () => {
  it('of inclusion are those of the RFC, and prove the leaf at its place and no other', async () => {
    const cases = sizes.chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1)));
    await fc.assert(
      fc.asyncProperty(cases, fc.nat(), async ([size, index], seed) => {
        const leaves = leavesOf(size);
        const proof = await hashesOfNodes(inclusionNodes(index, size), hashesOf(leaves));
        expect(hex(proof)).toEqual(hex(path(index, leaves)));
        const claim = { index, leafHash: leafHash(leaves[index]!), size, root: treeHash(leaves), proof };
        expect(provesInclusion(claim)).toBe(true);
        expect(provesInclusion({ ...claim, leafHash: flipped(claim.leafHash) })).toBe(false);
        expect(provesInclusion({ ...claim, index: index + 1 })).toBe(false);
        expect(provesInclusion({ ...claim, index: size })).toBe(false);
        expect(provesInclusion({ ...claim, proof: [...proof, proof[0] ?? emptyRoot] })).toBe(false);
        if (size > 1) expect(provesInclusion({ ...claim, proof: proof.slice(1) })).toBe(false);
        const bent = proof.map((hash, at) => (at === seed % proof.length ? flipped(hash) : hash));
        if (size > 1) expect(provesInclusion({ ...claim, proof: bent })).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('of consistency are those of the RFC, and prove that nothing changed and nothing else', async () => {
    const cases = sizes.chain((to) => fc.tuple(fc.integer({ min: 1, max: to }), fc.constant(to)));
    await fc.assert(
      fc.asyncProperty(cases, fc.nat(), async ([from, to], seed) => {
        const leaves = leavesOf(to);
        const proof = await hashesOfNodes(consistencyNodes(from, to), hashesOf(leaves));
        expect(hex(proof)).toEqual(hex(subproof(from, leaves, true)));
        const older = { size: from, root: treeHash(leaves.slice(0, from)) };
        const newer = { size: to, root: treeHash(leaves) };
        expect(provesConsistency({ from: older, to: newer, proof })).toBe(true);
        const changed = leaves.map((leaf, at) => (at === seed % from ? Buffer.from('changed') : leaf));
        expect(provesConsistency({ from: older, to: { size: to, root: treeHash(changed) }, proof })).toBe(false);
        const ofChanged = await hashesOfNodes(consistencyNodes(from, to), hashesOf(changed));
        expect(provesConsistency({ from: older, to: { size: to, root: treeHash(changed) }, proof: ofChanged })).toBe(false);
        expect(provesConsistency({ from: older, to: newer, proof: [...proof, emptyRoot] })).toBe(false);
        if (from < to) expect(provesConsistency({ from: older, to: newer, proof: proof.slice(1) })).toBe(false);
        if (from < to) expect(provesConsistency({ from: newer, to: older, proof })).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('begin with a tree without leaves, and end with the tree itself', () => {
    const root = treeHash(leavesOf(3));
    const [none, three] = [
      { size: 0, root: emptyRoot },
      { size: 3, root },
    ];
    expect(consistencyNodes(0, 3)).toEqual([]);
    expect(provesConsistency({ from: none, to: three, proof: [] })).toBe(true);
    expect(provesConsistency({ from: { size: 0, root }, to: three, proof: [] })).toBe(false);
    expect(provesConsistency({ from: three, to: { size: 3, root: emptyRoot }, proof: [] })).toBe(false);
  });
});

// The tree of the reference implementation of Certificate Transparency.
describe("RFC 6962's reference tree", () => {
  const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
    (text) => Buffer.from(text, 'hex'),
  );
  const roots = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];

  it('has its roots', () => {
    const tree = new GrowingTree();
    expect(tree.root().toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    for (const [index, leaf] of leaves.entries()) {
      tree.append(leafHash(leaf));
      expect(tree.root().toString('hex')).toBe(roots[index]);
    }
  });

  it('has its paths and proofs', async () => {
    const found = async (nodes: ReturnType<typeof inclusionNodes>) => hex(await hashesOfNodes(nodes, hashesOf(leaves)));
    expect(await found(inclusionNodes(0, 8))).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(await found(inclusionNodes(5, 8))).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(await found(consistencyNodes(6, 8))).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });
});
