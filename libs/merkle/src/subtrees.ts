import { emptyRoot, nodeHash } from './tree-hash';

/** The leaves from `start` up to, but without, `end`; numbers from 0. */
export interface LeafRange {
  start: number;
  end: number;
}

/** A subtree of 2^`level` leaves, the `index`th of its level. It never changes once its leaves are there. */
export interface Subtree {
  level: number;
  index: number;
}

/** The leaves of the whole tree. */
export function wholeTree(size: number): LeafRange {
  return { start: 0, end: size };
}

/**
 * The complete subtrees that a node of the tree consists of, from left to right, the largest first.
 *
 * @param range the leaves below a node: its start is a multiple of the largest power of two that is not more than its length
 */
export function completeSubtrees({ start, end }: LeafRange): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = start; at < end;) {
    let [level, size] = [0, 1];
    while (size * 2 <= end - at) [level, size] = [level + 1, size * 2];
    subtrees.push({ level, index: at / size });
    at += size;
  }
  return subtrees;
}

/** The hash of a node of the tree, of the hashes of its `completeSubtrees`. */
export function joined(hashes: readonly Buffer[]): Buffer {
  return hashes.length === 0 ? emptyRoot : hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** Where the tree of `size` leaves (more than one) is divided: the largest power of two below its size. */
export function dividedAt(size: number): number {
  let half = 1;
  while (half * 2 < size) half *= 2;
  return half;
}
