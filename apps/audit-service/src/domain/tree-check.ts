import { isDomainError } from '@strongroom/errors';
import { completeSubtrees, GrowingTree, joined, leafHash, NoteError, wholeTree } from '@strongroom/merkle';
import type { CheckpointStore, StoredCheckpoint } from './checkpoint.port';
import type { Checkpoints } from './checkpoints';
import { rootOf, TILE_LEVELS, TILE_WIDTH, type TrailTree, type TreeReader } from './trail-tree';
import type { Within } from './trail.port';
import type { Finding } from './verification-run';

/** Tiles that are read together. */
const PAGE = 16;

/** Compares the stored tree and the checkpoints with the events. */
export class TreeCheck {
  constructor(
    private readonly reader: TreeReader,
    private readonly tree: TrailTree,
    private readonly store: Pick<CheckpointStore, 'range'>,
    private readonly checkpoints: Pick<Checkpoints, 'open'>,
  ) {}

  /**
   * What is wrong with the nodes that are complete with an event from `first` to `last`, and with checkpoints of these sizes. The
   * chain has been verified up to `last`; where events are missing, this says nothing.
   */
  async *findings(accountId: string, first: number, last: number, within: Within): AsyncGenerator<Finding> {
    let tile = Math.floor((first - 1) / TILE_WIDTH);
    const before = await this.tilesBefore(accountId, tile, within);
    if (!before) return;
    const signed = this.signed(accountId, first, last, within);
    let next = await signed.next();
    for (; tile * TILE_WIDTH < last; tile += PAGE) {
      const start = tile * TILE_WIDTH + 1;
      const end = Math.min(last, (tile + PAGE) * TILE_WIDTH);
      const hashes = await this.reader.chainHashes(accountId, start, end, within);
      if (!hashes) return;
      const nodes = await this.reader.nodes(accountId, TILE_LEVELS, tile, tile + PAGE - 1, within);
      let ofTile = new GrowingTree();
      for (const [index, hash] of hashes.entries()) {
        const size = start + index;
        ofTile.append(leafHash(hash));
        while (!next.done && next.value.size <= size) {
          const root = joined([...before.subtrees, ...ofTile.subtrees]);
          if (next.value.size === size) yield* this.compare(accountId, next.value, root);
          next = await signed.next();
        }
        if (size % TILE_WIDTH !== 0) continue;
        const place = size / TILE_WIDTH - 1;
        const root = ofTile.root();
        const stored = nodes.get(place);
        if (size >= first && stored && !stored.equals(root)) yield changedNode(size, TILE_WIDTH);
        before.append(root);
        ofTile = new GrowingTree();
        if (size >= first) yield* this.above(accountId, place, within);
      }
    }
  }

  /** The tree of whole tiles before this one; undefined where it cannot be computed. */
  private async tilesBefore(accountId: string, tile: number, within: Within): Promise<GrowingTree | undefined> {
    try {
      const subtrees = completeSubtrees(wholeTree(tile * TILE_WIDTH));
      return new GrowingTree(tile, await this.tree.hashes(accountId, within)(subtrees));
    } catch (error) {
      if (isDomainError(error) && error.kind === 'not-found') return undefined;
      throw error;
    }
  }

  /** Nodes of higher levels that are complete with this one of the lowest stored level, compared with those below them. */
  private async *above(accountId: string, lowest: number, within: Within): AsyncGenerator<Finding> {
    let level = TILE_LEVELS;
    for (let place = lowest; place % TILE_WIDTH === TILE_WIDTH - 1; place = (place - TILE_WIDTH + 1) / TILE_WIDTH) {
      const first = place - TILE_WIDTH + 1;
      const below = await this.reader.nodes(accountId, level, first, place, within);
      level += TILE_LEVELS;
      const node = first / TILE_WIDTH;
      const stored = (await this.reader.nodes(accountId, level, node, node, within)).get(node);
      if (!stored || below.size < TILE_WIDTH) return;
      const root = rootOf([...below].sort(([a], [b]) => a - b).map(([, hash]) => hash));
      if (!stored.equals(root)) yield changedNode((lowest + 1) * TILE_WIDTH, 2 ** level);
    }
  }

  private async *signed(accountId: string, first: number, last: number, within: Within): AsyncGenerator<StoredCheckpoint> {
    for (let from = first; from <= last;) {
      const page = await this.store.range(accountId, from, last, within);
      if (page.length === 0) return;
      yield* page;
      from = page.at(-1)!.size + 1;
    }
  }

  private async *compare(accountId: string, checkpoint: StoredCheckpoint, root: Buffer): AsyncGenerator<Finding> {
    try {
      const signed = await this.checkpoints.open(accountId, checkpoint);
      if (!signed.root.equals(root)) yield invalid(checkpoint, 'the events up to here are not those that were signed');
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
      yield invalid(checkpoint, error.message);
    }
  }
}

const changedNode = (last: number, count: number): Finding => ({
  kind: 'tree-changed',
  sequence: last,
  detail: `the tree's node over this event and the ${count - 1} before it is not that of these events`,
});

const invalid = ({ size: sequence }: StoredCheckpoint, detail: string): Finding => ({
  kind: 'checkpoint-invalid',
  sequence,
  detail,
});
