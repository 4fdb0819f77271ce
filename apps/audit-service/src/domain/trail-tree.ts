import {
  consistencyNodes,
  GrowingTree,
  hashesOfNodes,
  inclusionNodes,
  leafHash,
  type Subtree,
  type SubtreeHashes,
  wholeTree,
} from '@strongroom/merkle';
import { resourceNotFound } from '@strongroom/errors';
import type { Within } from './trail.port';

/** Levels of the tree from one that is stored to the next: of the leaves, of 256 of them, of 256 times 256, … */
export const TILE_LEVELS = 8;
/** Nodes of a stored level that make one of the next. */
export const TILE_WIDTH = 2 ** TILE_LEVELS;

/** What is kept of the tree. */
export interface TreeReader {
  /** The hashes of the chain from the event `first` to `last`, in order; undefined where one of them is missing. */
  chainHashes(accountId: string, first: number, last: number, within: Within): Promise<Buffer[] | undefined>;
  /** The stored nodes of a level from the index `first` to `last`, by index. */
  nodes(accountId: string, level: number, first: number, last: number, within: Within): Promise<Map<number, Buffer>>;
}

/** The root of complete subtrees of one size, 2^n of them in order. */
export const rootOf = (hashes: readonly Buffer[]): Buffer => {
  const tree = new GrowingTree();
  for (const hash of hashes) tree.append(hash);
  return tree.root();
};

/**
 * The Merkle tree over an account's events: the hash of the event with sequence n is leaf n - 1. Each hash covers all events
 * before as well, so a leaf proves an event, its place, its account and its past. Of the tree only every eighth level is stored,
 * a node for 256 events; leaves are in the blocks, and what lies between is computed.
 */
export class TrailTree {
  constructor(private readonly reader: TreeReader) {}

  async root(accountId: string, size: number, within: Within): Promise<Buffer> {
    const [root] = await hashesOfNodes([wholeTree(size)], this.hashes(accountId, within));
    return root!;
  }

  /** Proves the event with this sequence in the tree of the first `size` events. */
  inclusion(accountId: string, sequence: number, size: number, within: Within): Promise<Buffer[]> {
    return hashesOfNodes(inclusionNodes(sequence - 1, size), this.hashes(accountId, within));
  }

  consistency(accountId: string, from: number, to: number, within: Within): Promise<Buffer[]> {
    return hashesOfNodes(consistencyNodes(from, to), this.hashes(accountId, within));
  }

  /** The hashes of complete subtrees. @throws ResourceNotFoundException for what retention has removed */
  hashes(accountId: string, within: Within): SubtreeHashes {
    return async (subtrees) => {
      const tiles = new Map<string, Subtree[]>();
      for (const subtree of subtrees) {
        const { level, tile } = tileOf(subtree);
        tiles.set(`${level} ${tile}`, [...(tiles.get(`${level} ${tile}`) ?? []), subtree]);
      }
      const found = new Map<Subtree, Buffer>();
      // One after the other: a proof takes a single connection to the database.
      for (const ofTile of tiles.values()) await this.find(accountId, ofTile, found, within);
      return subtrees.map((subtree) => found.get(subtree)!);
    };
  }

  /** Finds subtrees that are in one tile. */
  private async find(accountId: string, wanted: readonly Subtree[], found: Map<Subtree, Buffer>, within: Within): Promise<void> {
    const { level } = tileOf(wanted[0]!);
    const ranges = wanted.map(nodesOf);
    const first = Math.min(...ranges.map((range) => range.first));
    const last = Math.max(...ranges.map((range) => range.last));
    const nodes = await this.nodes(accountId, level, first, last, within);
    for (const [at, subtree] of wanted.entries()) {
      const { first: start, last: end } = ranges[at]!;
      const hash = nodes ? rootOf(nodes.slice(start - first, end - first + 1)) : await this.single(accountId, subtree, within);
      found.set(subtree, hash);
    }
  }

  /** The nodes of a stored level; undefined for leaves that are not there any more. */
  private async nodes(
    accountId: string,
    level: number,
    first: number,
    last: number,
    within: Within,
  ): Promise<Buffer[] | undefined> {
    if (level === 0) return (await this.reader.chainHashes(accountId, first + 1, last + 1, within))?.map(leafHash);
    const stored = await this.reader.nodes(accountId, level, first, last, within);
    const nodes: Buffer[] = [];
    for (let index = first; index <= last; index++)
      nodes.push(stored.get(index) ?? (await this.computed(accountId, level, index, within)));
    return nodes;
  }

  /** A node that nobody has stored: events that an older version of the service added. */
  private async computed(accountId: string, level: number, index: number, within: Within): Promise<Buffer> {
    const first = index * TILE_WIDTH;
    const below = await this.nodes(accountId, level - TILE_LEVELS, first, first + TILE_WIDTH - 1, within);
    if (!below) throw removed();
    return rootOf(below);
  }

  /** What was kept for the sake of a checkpoint when the leaves were removed. */
  private async single(accountId: string, { level, index }: Subtree, within: Within): Promise<Buffer> {
    const kept = (await this.reader.nodes(accountId, level, index, index, within)).get(index);
    if (!kept) throw removed();
    return kept;
  }
}

const removed = () =>
  resourceNotFound('The trail does not have these events any more: they were removed by age, or VerifyTrail says what is wrong.');

/** The stored level that a subtree is made of, and which tile of it. */
const tileOf = (subtree: Subtree): { level: number; tile: number } => {
  const level = Math.floor(subtree.level / TILE_LEVELS) * TILE_LEVELS;
  return { level, tile: Math.floor(nodesOf(subtree).first / TILE_WIDTH) };
};

/** The nodes of that level below it. */
const nodesOf = ({ level, index }: Subtree): { first: number; last: number } => {
  const count = 2 ** (level % TILE_LEVELS);
  return { first: index * count, last: (index + 1) * count - 1 };
};
