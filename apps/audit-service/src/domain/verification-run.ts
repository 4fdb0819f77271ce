import type { CheckedEvent } from './block-check';
import { emptyChain, type ChainHead } from './chain';
import type { Beginning } from './checkpoint.port';
import type { BlockBounds } from './event-block';
import { chainHash } from './hashing/chain-hash';
import type { IncidentKind } from './journal-incidents';
import type { Inspection, StoredEvent } from './trail.port';
import type { Checkpoint } from './verification-token';

export type FindingKind =
  | 'changed'
  | 'missing'
  | 'missing-tail'
  | 'out-of-order'
  | 'seal-invalid'
  | 'tree-changed'
  | 'checkpoint-invalid'
  | `journal-${IncidentKind}`;

export interface Finding {
  kind: FindingKind;
  /** The place of the finding. */
  sequence: number;
  detail: string;
}

export interface Verification {
  eventsVerified: number;
  /** The end of what was verified; sequence 0 where there is nothing. */
  lastSequence: number;
  lastHash: Buffer;
  /** In order, at most 100. */
  findings: Finding[];
  /** No findings, including before a checkpoint. */
  valid: boolean;
}

/** The progress of a verification. */
export interface Progress {
  /** From the beginning of the chain, including those before a checkpoint. */
  eventsVerified: number;
  /** Everything up to this place is verified. */
  sequence: number;
  /** Where the verification will end. */
  endSequence: number;
  /** Findings since the previous progress, in order, at most 100. */
  findings: Finding[];
  /** Where another verification can continue; undefined if it cannot continue from this place. */
  checkpoint: Checkpoint | undefined;
  /** At the end. */
  result?: Verification;
}

const MAX_FINDINGS = 100;

/** The state of one verification: the next place, and the findings. */
export class VerificationRun {
  private readonly findings: Finding[] = [];
  /** Those that no progress has reported. */
  private readonly untold: Finding[] = [];
  private found = 0;
  /** The hash that the next event follows; undefined where the event before it is missing. */
  private previous: Buffer | undefined;
  private verified = 0;
  private goesOn = false;
  private lastSequence = 0;
  private lastHash: Buffer = Buffer.alloc(0);
  readonly first: number;
  /** Seals are checked up to here: the start of this run, or the place of the last seal. */
  sealed: number;
  /** The tree and its checkpoints are checked up to here. */
  treeChecked: number;
  /** The place that comes next. */
  private expected: number;

  constructor(
    readonly accountId: string,
    from: number,
    readonly last: number,
    /** Where the trail begins: events up to there were removed by age. */
    readonly beginning: Beginning = emptyChain(accountId),
  ) {
    this.first = Math.max(from, beginning.sequence + 1);
    this.previous = beginning.hash;
    this.expected = this.first;
    this.sealed = this.first - 1;
    this.treeChecked = this.first - 1;
  }

  /** The last place that was looked at. */
  get reached(): number {
    return this.expected - 1;
  }

  /** The whole chain was verified, by this run or by those whose checkpoint it continues. */
  get isFromBeginning(): boolean {
    return this.first === this.beginning.sequence + 1 || this.goesOn;
  }

  beginAfter(before: Buffer | undefined): void {
    this.previous = before;
    if (!before) this.find('missing', this.first - 1, 'the event before the range is missing');
  }

  /** `stands` is the hash that the trail has at the checkpoint, where it has one. */
  goOnAfter({ sequence, hash, eventsVerified, found }: Checkpoint, stands: Buffer | undefined): void {
    this.goesOn = true;
    this.verified = eventsVerified;
    this.found = found;
    this.lastSequence = sequence;
    this.lastHash = stands ?? hash;
    this.previous = stands;
    if (sequence > this.last) this.missingTail(this.last + 1, `it was verified up to ${sequence} before`);
    else if (!stands) this.find('missing', sequence, 'the event is missing, though it was there when it was verified');
    else if (!stands.equals(hash)) this.find('changed', sequence, 'the hash differs from the one that was verified before');
  }

  /** What follows in the trail. */
  take(events: readonly CheckedEvent[], anchor: ChainHead | undefined): void {
    for (const event of events) {
      const { sequence, hash } = event;
      if (sequence < this.expected) {
        this.find('out-of-order', sequence, 'this place in the chain is taken');
        continue;
      }
      this.missingBefore(sequence);
      this.check(event, events);
      if (sequence === anchor?.sequence && !hash.equals(anchor.hash))
        this.find('changed', sequence, 'the hash differs from the one that Redis keeps for this place');
      this.expected = sequence + 1;
    }
  }

  /**
   * A block in which nothing is wrong, if it is what comes next; false if it is not, and nothing was done: then its events are to
   * be taken one by one.
   */
  takeSound(
    { firstSequence, lastSequence, lastHash }: BlockBounds,
    { firstRecord, hashes }: Inspection,
    anchor: ChainHead | undefined,
  ): boolean {
    const hashAt = (sequence: number) =>
      Buffer.from(hashes)
        .subarray(32 * (sequence - firstSequence))
        .subarray(0, 32);
    const follows =
      firstSequence === this.expected &&
      this.previous !== undefined &&
      chainHash(this.previous, firstSequence, firstRecord).equals(hashAt(firstSequence));
    const holdsAnchor = anchor && anchor.sequence >= firstSequence && anchor.sequence <= lastSequence;
    if (!follows || (holdsAnchor && !hashAt(anchor.sequence).equals(anchor.hash))) return false;
    this.verified += lastSequence - firstSequence + 1;
    this.expected = lastSequence + 1;
    this.lastSequence = lastSequence;
    this.lastHash = lastHash;
    this.previous = lastHash;
    return true;
  }

  /** A block that cannot be opened; the next event is compared with the hash in its row. */
  skip({ firstSequence, lastSequence, lastHash }: BlockBounds): void {
    this.missingBefore(firstSequence);
    this.find('changed', Math.max(firstSequence, this.first), `the block of the events up to ${lastSequence} cannot be read`);
    this.previous = lastHash;
    this.expected = Math.max(this.expected, lastSequence + 1);
  }

  end(): void {
    this.missingBefore(this.last + 1);
  }

  missingTail(sequence: number, evidence: string): void {
    if (this.hasFound('missing-tail')) return;
    this.find('missing-tail', sequence, `the trail ends before this place, but ${evidence}`);
  }

  hasFound(kind: FindingKind): boolean {
    return this.findings.some((finding) => finding.kind === kind);
  }

  findUnsealed(sequence: number): void {
    this.find('seal-invalid', sequence, 'no seal covers this event and those after it, though it is over two hours old');
  }

  find(kind: FindingKind, sequence: number, detail: string): void {
    this.found++;
    for (const list of [this.findings, this.untold]) {
      list.push({ kind, sequence, detail });
      // The first findings matter most; the list is also kept short on the way.
      if (list.length > 2 * MAX_FINDINGS) shorten(list);
    }
  }

  progress(): Progress {
    const { accountId, verified: eventsVerified, found, previous: hash, reached: sequence } = this;
    shorten(this.untold);
    return {
      eventsVerified,
      sequence,
      endSequence: this.last,
      findings: this.untold.splice(0),
      checkpoint:
        hash && sequence > 0 && sequence <= this.last ? { accountId, sequence, hash, eventsVerified, found } : undefined,
    };
  }

  result(): Verification {
    shorten(this.findings);
    const { verified: eventsVerified, lastSequence, lastHash, findings } = this;
    return { eventsVerified, lastSequence, lastHash, findings, valid: this.found === 0 };
  }

  private missingBefore(sequence: number): void {
    const [from, to] = [this.expected, sequence - 1];
    if (from > to) return;
    this.find('missing', from, from === to ? 'the event is missing' : `the events up to ${to} are missing`);
    this.previous = undefined;
  }

  private check(event: CheckedEvent, neighbours: readonly StoredEvent[]): void {
    const { sequence, hash, record, difference, incident } = event;
    if (this.previous && !chainHash(this.previous, sequence, record).equals(hash)) {
      const origin = originOf(event, neighbours);
      if (origin === undefined) this.find('changed', sequence, 'the hash does not match this event and the hash before it');
      else this.find('out-of-order', sequence, `the event belongs at ${origin}`);
    } else if (difference) this.find('changed', sequence, difference);
    if (incident) this.find(`journal-${incident.kind}`, sequence, incident.detail);
    this.verified++;
    this.lastSequence = sequence;
    this.lastHash = hash;
    // Continues with the stored hash, so that one change is one finding.
    this.previous = hash;
  }
}

const shorten = (findings: Finding[]): void => {
  findings.sort((a, b) => a.sequence - b.sequence);
  findings.splice(MAX_FINDINGS);
};

/** The event's place before it was moved, if it is near. */
const originOf = ({ hash, record }: StoredEvent, neighbours: readonly StoredEvent[]): number | undefined => {
  const at = new Map(neighbours.map((row) => [row.sequence, row.hash]));
  for (const place of at.keys()) {
    // If two neighbours were exchanged, the earlier one is now at this place.
    for (const before of [at.get(place - 1), at.get(place)]) {
      if (before && chainHash(before, place, record).equals(hash)) return place;
    }
  }
  return undefined;
};
