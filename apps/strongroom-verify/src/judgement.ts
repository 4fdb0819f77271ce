import {
  chainHash,
  chainStart,
  type Checkpoint,
  leafHash,
  NoteError,
  type NoteKey,
  openCheckpoint,
  provesConsistency,
  provesInclusion,
} from '@strongroom/merkle';
import { ComparedTree, type Court, type Statement } from './compared-tree';
import { ExportCheck } from './export-check';
import type { ExportLine } from './exported-files';
import { type ConsistencyProof, describeRecord, type ExportedEvent, type InclusionProof, type Proof } from './evidence';

/** Weighs what somebody has kept: checkpoints, proofs, and events. It needs no cluster and believes nobody but the key. */
export class Judgement implements Court {
  readonly statements: Statement[] = [];
  /** By size. */
  private readonly checkpoints = new Map<number, Checkpoint>();
  /** Checkpoints of one group are of one tree that only grew: by size, another one of the group. */
  private readonly groups = new Map<number, number>();
  /** Hashes of the chain, by sequence, hexadecimal, that inclusion proofs have proven. */
  private readonly provenHashes = new Map<number, string>();

  constructor(private readonly key: NoteKey) {}

  get accountId(): string {
    return this.key.name.split('/').at(-1)!;
  }

  checkpointOf(size: number): Checkpoint | undefined {
    return this.checkpoints.get(size);
  }

  provenHash(sequence: number): string | undefined {
    return this.provenHashes.get(sequence);
  }

  addCheckpoint(note: string, where: string): void {
    let checkpoint: Checkpoint;
    try {
      checkpoint = openCheckpoint(note, this.key);
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
      return this.state('contradiction', `${where}: the checkpoint is not genuine: ${error.message}`);
    }
    const known = this.checkpoints.get(checkpoint.size);
    if (known && !known.root.equals(checkpoint.root))
      return this.state('contradiction', `there are two genuine checkpoints of ${checkpoint.size} events with different hashes`);
    if (known) return;
    this.checkpoints.set(checkpoint.size, checkpoint);
    this.groups.set(checkpoint.size, checkpoint.size);
    this.state('proven', `the checkpoint of ${checkpoint.size} events of ${checkpoint.origin} is genuine`);
  }

  addProof(proof: Proof, where: string): void {
    if (proof.type === 'inclusion') this.addInclusion(proof, where);
    else this.addConsistency(proof, where);
  }

  /** Events in the order of the chain, from the first on; compares the tree over them with the checkpoints. */
  async addEvents(events: AsyncIterable<ExportedEvent>, where: string): Promise<void> {
    const tree = new ComparedTree(this, where);
    let previous = chainStart(this.accountId);
    for await (const { sequence, record } of events) {
      if (sequence !== tree.size + 1) {
        const what = tree.size === 0 ? 'begins with event' : `goes on after event ${tree.size} with event`;
        return this.state('open', `${where}: the export ${what} ${sequence}; it must have all events from 1 on`);
      }
      previous = chainHash(previous, sequence, record);
      if (!tree.append(previous)) return;
    }
    const { provenTo, size } = tree;
    if (size > provenTo) this.state('open', `${where}: no checkpoint covers the events ${provenTo + 1} to ${size}`);
  }

  /** The lines of an export, in the order of the chain. */
  async addExport(lines: AsyncIterable<ExportLine>, where: string): Promise<void> {
    const check = new ExportCheck(this, this.accountId, where);
    for await (const line of lines) check.add(line);
    check.conclude();
  }

  /** Says which checkpoints nothing connects with the newest one. */
  conclude(): void {
    const sizes = [...this.checkpoints.keys()].sort((a, b) => a - b);
    const newest = sizes.at(-1);
    if (newest === undefined) return this.state('open', 'there is no genuine checkpoint');
    for (const size of sizes) {
      if (this.groupOf(size) !== this.groupOf(newest))
        this.state('open', `nothing shows that the trail of ${newest} events begins with the checkpoint of ${size} events`);
    }
  }

  private addInclusion(proof: InclusionProof, where: string): void {
    const { sequence, size, record } = proof;
    const checkpoint = this.checkpoints.get(size);
    if (!checkpoint) return this.state('open', `${where}: the proof is for a checkpoint of ${size} events, which is not here`);
    const hash = chainHash(Buffer.from(proof.previousHash, 'hex'), sequence, record);
    const claim = { index: sequence - 1, leafHash: leafHash(hash), size, root: checkpoint.root, proof: bytesOf(proof.hashes) };
    if (!provesInclusion(claim))
      return this.state('contradiction', `${where}: event ${sequence} is not in the checkpoint of ${size} events`);
    this.provenHashes.set(sequence - 1, proof.previousHash);
    this.provenHashes.set(sequence, hash.toString('hex'));
    this.state('proven', `event ${sequence} is in the checkpoint of ${size} events: ${describeRecord(record)}`);
  }

  private addConsistency({ fromSize, toSize, hashes }: ConsistencyProof, where: string): void {
    const [from, to] = [this.checkpoints.get(fromSize), this.checkpoints.get(toSize)];
    if (!from || !to) {
      const missing = from ? toSize : fromSize;
      return this.state('open', `${where}: the proof is for a checkpoint of ${missing} events, which is not here`);
    }
    if (!provesConsistency({ from, to, proof: bytesOf(hashes) })) {
      const text = `${where}: the trail of ${toSize} events does not begin with the checkpoint of ${fromSize} events`;
      return this.state('contradiction', text);
    }
    this.connect(fromSize, toSize);
    this.state('proven', `none of the first ${fromSize} events has changed in the trail of ${toSize} events`);
  }

  state(kind: Statement['kind'], text: string): void {
    this.statements.push({ kind, text });
  }

  connect(one: number, other: number): void {
    this.groups.set(this.groupOf(one), this.groupOf(other));
  }

  private groupOf(size: number): number {
    let group = size;
    while (this.groups.get(group) !== group) group = this.groups.get(group)!;
    return group;
  }
}

const bytesOf = (hashes: readonly string[]): Buffer[] => hashes.map((hash) => Buffer.from(hash, 'hex'));
