import { completeSubtrees, dividedAt, joined, type LeafRange, type Subtree } from './subtrees';
import { nodeHash } from './tree-hash';

/** The hashes of these complete subtrees, in order. */
export type SubtreeHashes = (subtrees: readonly Subtree[]) => Promise<Buffer[]>;

/** The hashes of nodes of the tree, all of them asked for at once. */
export async function hashesOfNodes(nodes: readonly LeafRange[], hashesOf: SubtreeHashes): Promise<Buffer[]> {
  const parts = nodes.map(completeSubtrees);
  const hashes = await hashesOf(parts.flat());
  let at = 0;
  return parts.map(({ length }) => joined(hashes.slice(at, (at += length))));
}

/**
 * The nodes whose hashes prove that a leaf is in the tree, from the leaf upwards (RFC 6962, 2.1.1).
 *
 * @param index of the leaf, from 0, less than `size`
 */
export function inclusionNodes(index: number, size: number): LeafRange[] {
  const nodes: LeafRange[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + dividedAt(end - start);
    if (index < middle) {
      nodes.push({ start: middle, end });
      end = middle;
    } else {
      nodes.push({ start, end: middle });
      start = middle;
    }
  }
  return nodes.reverse();
}

/**
 * The nodes whose hashes prove that the tree of size `to` begins with the tree of size `from` (RFC 6962, 2.1.2). None for a tree
 * without leaves, nor for the tree itself.
 *
 * @param from at most `to`
 */
export function consistencyNodes(from: number, to: number): LeafRange[] {
  if (from === 0 || from === to) return [];
  const nodes: LeafRange[] = [];
  let [start, end] = [0, to];
  while (end !== from) {
    const middle = start + dividedAt(end - start);
    if (from <= middle) {
      nodes.push({ start: middle, end });
      end = middle;
    } else {
      nodes.push({ start, end: middle });
      start = middle;
    }
  }
  // The older tree's own root is known to whoever asks.
  if (start !== 0) nodes.push({ start, end });
  return nodes.reverse();
}

export interface InclusionClaim {
  /** Of the leaf, from 0. */
  index: number;
  leafHash: Buffer;
  size: number;
  root: Buffer;
  proof: readonly Buffer[];
}

/** Whether the proof shows that the leaf is at this place of the tree (RFC 9162, 2.1.3.2). */
export function provesInclusion({ index, leafHash, size, root, proof }: InclusionClaim): boolean {
  if (!(index >= 0 && index < size)) return false;
  let [node, last] = [index, size - 1];
  let hash = leafHash;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && hash.equals(root);
}

export interface ConsistencyClaim {
  from: { size: number; root: Buffer };
  to: { size: number; root: Buffer };
  proof: readonly Buffer[];
}

/** Whether the proof shows that the newer tree begins with all of the older one, unchanged (RFC 9162, 2.1.4.2). */
export function provesConsistency({ from, to, proof }: ConsistencyClaim): boolean {
  if (from.size > to.size) return false;
  if (from.size === to.size) return proof.length === 0 && from.root.equals(to.root);
  if (from.size === 0) return proof.length === 0 && from.root.equals(joined([]));
  let [node, last] = [from.size - 1, to.size - 1];
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  // A whole power of two is a node of the newer tree as well.
  const path = node === 0 ? [from.root, ...proof] : [...proof];
  const first = path.shift();
  if (!first) return false;
  let [older, newer] = [first, first];
  for (const sibling of path) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      older = nodeHash(sibling, older);
      newer = nodeHash(sibling, newer);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      newer = nodeHash(newer, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && older.equals(from.root) && newer.equals(to.root);
}

// Bitwise operators of JavaScript end at 2^32.
const isOdd = (number: number): boolean => number % 2 === 1;
const half = (number: number): number => Math.floor(number / 2);
