import type { Clock } from '@strongroom/clock';
import { internalServiceError, resourceNotFound } from '@strongroom/errors';
import {
  type Checkpoint,
  checkpointText,
  formatNoteKey,
  NoteError,
  type NoteKey,
  openCheckpoint,
  signedNote,
} from '@strongroom/merkle';
import type { CheckpointSigner, CheckpointStore, StoredCheckpoint } from './checkpoint.port';
import type { TrailTree } from './trail-tree';
import type { TrailReader, Within } from './trail.port';

export interface CheckpointsOptions {
  store: CheckpointStore;
  reader: Pick<TrailReader, 'head'>;
  tree: TrailTree;
  signer: CheckpointSigner;
  clock: Clock;
  cluster: { trustDomain: string; region: string };
}

/** Makes and opens checkpoints: the root of an account's tree at some size, signed by crypto-keyservice. */
export class Checkpoints {
  private readonly inTheMaking = new Map<string, Promise<StoredCheckpoint>>();
  private known: Promise<Buffer> | undefined;

  constructor(private readonly options: CheckpointsOptions) {}

  /** The checkpoint of the present size; those who ask at the same time share one. */
  now(accountId: string, within: Within = {}): Promise<StoredCheckpoint> {
    let making = this.inTheMaking.get(accountId);
    if (!making) {
      making = this.make(accountId, within).finally(() => this.inTheMaking.delete(accountId));
      this.inTheMaking.set(accountId, making);
    }
    return making;
  }

  /** The checkpoint that was made of this size. @throws ResourceNotFoundException */
  async ofSize(accountId: string, size: number, within: Within): Promise<StoredCheckpoint> {
    const [found] = await this.options.store.range(accountId, size, size, within);
    if (!found) throw resourceNotFound('No checkpoint was made of this size.');
    return found;
  }

  /** The verifier's keys of the account's checkpoints. */
  async keys(accountId: string): Promise<string[]> {
    return [formatNoteKey(await this.key(accountId))];
  }

  /** What the note says. @throws NoteError if it was not signed for this account */
  async open(accountId: string, { note, size }: Pick<StoredCheckpoint, 'note' | 'size'>): Promise<Checkpoint> {
    const checkpoint = openCheckpoint(note, await this.key(accountId));
    if (checkpoint.size !== size) throw new NoteError(`the checkpoint of size ${size} is one of size ${checkpoint.size}`);
    return checkpoint;
  }

  private async make(accountId: string, within: Within): Promise<StoredCheckpoint> {
    const { store, reader, tree, signer, clock } = this.options;
    const { sequence: size } = await reader.head(accountId, within);
    const last = await store.latest(accountId, within);
    if (last?.size === size) return last;
    if (last) await this.requireSame(accountId, last, within);
    const key = await this.key(accountId);
    const text = checkpointText({ origin: key.name, size, root: await tree.root(accountId, size, within) });
    const note = signedNote(text, key, await signer.sign(text));
    // A note that does not open would be kept for nothing.
    await this.open(accountId, { note, size });
    return store.add({ accountId, size, note, createdAt: clock.now() });
  }

  /** Never signs a tree that does not begin with the one that was signed before. */
  private async requireSame(accountId: string, last: StoredCheckpoint, within: Within): Promise<void> {
    const refuse = (cause?: unknown) =>
      internalServiceError(`the trail contradicts its checkpoint of ${last.size} events; run VerifyTrail for details`, { cause });
    const signed = await this.open(accountId, last).catch((error: unknown) => {
      throw error instanceof NoteError ? refuse(error) : error;
    });
    const { sequence } = await this.options.reader.head(accountId, within);
    if (last.size > sequence) throw refuse();
    if (!signed.root.equals(await this.options.tree.root(accountId, last.size, within))) throw refuse();
  }

  private async key(accountId: string): Promise<NoteKey> {
    const { trustDomain, region } = this.options.cluster;
    // It is public, and never another one; only a failure is forgotten.
    this.known ??= this.options.signer.publicKey();
    try {
      return { name: `${trustDomain}/${region}/trail/${accountId}`, publicKey: await this.known };
    } catch (error) {
      this.known = undefined;
      throw error;
    }
  }
}
