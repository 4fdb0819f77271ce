import type { CheckpointStore, CutStore, StoredCheckpoint, TrailCut } from './checkpoint.port';
import { TILE_LEVELS, TILE_WIDTH, rootOf, type TreeReader } from './trail-tree';
import { leafHash } from '@strongroom/merkle';

/** The tree over the hashes of one account's chain, whoever asks. A test may take away and change what is in it. */
export class InMemoryTree implements TreeReader, CheckpointStore, CutStore {
  readonly stored = new Map<string, Buffer>();
  readonly checkpoints: StoredCheckpoint[] = [];
  readonly copies = new Set<string>();
  trailCut: TrailCut | undefined;

  /** @param hashes of the events from 1 on; undefined for those that were removed */
  constructor(readonly hashes: (Buffer | undefined)[]) {}

  /** Adds the nodes of all stored levels that are complete. */
  grow(): this {
    let nodes = this.hashes.map((hash) => leafHash(hash!));
    for (let level = TILE_LEVELS; nodes.length >= TILE_WIDTH; level += TILE_LEVELS) {
      const tiles = Math.floor(nodes.length / TILE_WIDTH);
      nodes = Array.from({ length: tiles }, (_, tile) => rootOf(nodes.slice(tile * TILE_WIDTH, (tile + 1) * TILE_WIDTH)));
      for (const [index, node] of nodes.entries()) this.stored.set(`${level} ${index}`, node);
    }
    return this;
  }

  async chainHashes(_accountId: string, first: number, last: number): Promise<Buffer[] | undefined> {
    const found = this.hashes.slice(first - 1, last);
    return found.length === last - first + 1 && found.every((hash) => hash !== undefined) ? found : undefined;
  }

  async nodes(_accountId: string, level: number, first: number, last: number): Promise<Map<number, Buffer>> {
    const found = new Map<number, Buffer>();
    for (let index = first; index <= last; index++) {
      const node = this.stored.get(`${level} ${index}`);
      if (node) found.set(index, node);
    }
    return found;
  }

  async latest(): Promise<StoredCheckpoint | undefined> {
    return [...this.checkpoints].sort((a, b) => b.size - a.size)[0];
  }

  async range(_accountId: string, first: number, last: number): Promise<StoredCheckpoint[]> {
    return this.checkpoints.filter(({ size }) => size >= first && size <= last).sort((a, b) => a.size - b.size);
  }

  async add(checkpoint: StoredCheckpoint): Promise<StoredCheckpoint> {
    const [same] = await this.range('', checkpoint.size, checkpoint.size);
    if (!same) this.checkpoints.push(checkpoint);
    return same ?? checkpoint;
  }

  async uncopied(place: Buffer): Promise<StoredCheckpoint[]> {
    const latest = await this.latest();
    return latest && !this.copies.has(`${place.toString('hex')} ${latest.size}`) ? [latest] : [];
  }

  async addCopy(place: Buffer, { size }: Pick<StoredCheckpoint, 'size'>): Promise<void> {
    this.copies.add(`${place.toString('hex')} ${size}`);
  }

  async cut(): Promise<TrailCut | undefined> {
    return this.trailCut;
  }
}
