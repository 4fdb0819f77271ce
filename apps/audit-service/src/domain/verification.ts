import type { Clock } from '@strongroom/clock';
import { columnsOf } from './event-columns';
import { chained, emptyChain, type ChainHead } from './chain';
import { chainHash } from './hashing/chain-hash';
import { sealInterval } from './sealing';
import type { ChainAnchor, Sealer, SealStore, StoredEvent, TrailReader, Within } from './trail.port';

export type FindingKind = 'changed' | 'missing' | 'missing-tail' | 'out-of-order' | 'seal-invalid';

export interface Finding {
  kind: FindingKind;
  /** Where it shows. */
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
}

export interface Range {
  /** Inclusive, from 1. */
  from?: number;
  to?: number;
}

const maxFindings = 100;
const page = 500;
/** An event may be this old without a seal: sealing had one whole interval to be late. */
const sealPatience = 2 * sealInterval;

/**
 * Checks a chain against everything that holds it: each event's hash over the one before it, the columns that lookups use, the
 * seals that only crypto-keyservice can make, and the chain's end as it is kept in Redis.
 */
export class TrailVerifier {
  constructor(
    private readonly reader: TrailReader & SealStore,
    private readonly sealer: Sealer,
    private readonly anchor: ChainAnchor,
    private readonly clock: Clock,
  ) {}

  async verify(accountId: string, range: Range, within: Within): Promise<Verification> {
    // Before the rows: the trail may grow meanwhile, but what the anchor says now must be in it.
    const anchor = await this.anchor.read(accountId);
    const head = await this.reader.head(accountId, within);
    const run = new Run(accountId, range.from ?? 1, Math.min(range.to ?? head.sequence, head.sequence));
    await this.walk(run, anchor, within);
    if (anchor) run.compareEnd(anchor);
    if (range.to !== undefined && range.to > head.sequence) run.missingTail(head.sequence + 1, `it should reach ${range.to}`);
    if (anchor && anchor.sequence > head.sequence) run.missingTail(head.sequence + 1, `it reached ${anchor.sequence} before`);
    await this.checkSeals(run, head, range, within);
    return run.result();
  }

  private async walk(run: Run, anchor: ChainHead | undefined, within: Within): Promise<void> {
    const { accountId, first, last } = run;
    if (first > 1) run.beginAfter((await this.reader.stored(accountId, first - 1, first - 1, 1, within))[0]);
    for (let next = first; next <= last;) {
      const rows = await this.reader.stored(accountId, next, last, page, within);
      const reached = rows.length < page ? last : rows.at(-1)!.sequence;
      run.take(rows, next, reached, anchor);
      next = reached + 1;
    }
  }

  private async checkSeals(run: Run, head: ChainHead, range: Range, within: Within): Promise<void> {
    const { accountId, first } = run;
    const to = range.to ?? Number.MAX_SAFE_INTEGER;
    let sealed = first - 1;
    for (;;) {
      const seals = await this.reader.seals(accountId, sealed + 1, to, within);
      if (seals.length === 0) break;
      for (const seal of seals) {
        sealed = seal.sequence;
        if (seal.sequence > head.sequence) {
          run.missingTail(head.sequence + 1, `a seal says that it reached ${seal.sequence}`);
          continue;
        }
        const hash = await this.sealer.open(seal, within);
        if (!hash?.equals(seal.hash)) run.find('seal-invalid', seal.sequence, 'the seal is not one of this place');
        else if (!(await this.hashAt(accountId, seal.sequence, within))?.equals(hash))
          run.find('seal-invalid', seal.sequence, 'the event has another hash than the one that was sealed');
      }
    }
    if (range.to === undefined) await this.checkUnsealed(run, sealed, head, within);
  }

  /** Whoever rewrites the trail can't make seals, but could remove those that contradict it. */
  private async checkUnsealed(run: Run, sealed: number, head: ChainHead, within: Within): Promise<void> {
    if (sealed >= head.sequence) return;
    const [first] = await this.reader.stored(run.accountId, sealed + 1, head.sequence, 1, within);
    if (first && this.clock.millis() - Date.parse(first.columns['event_time'] ?? '') > sealPatience)
      run.find('seal-invalid', first.sequence, 'no seal covers this event and those after it, though it is over two hours old');
  }

  private async hashAt(accountId: string, sequence: number, within: Within): Promise<Buffer | undefined> {
    return (await this.reader.stored(accountId, sequence, sequence, 1, within))[0]?.hash;
  }
}

/** The state of one verification. */
class Run {
  private readonly findings: Finding[] = [];
  /** The hash that the next event follows; undefined where the event before it is missing. */
  private previous: Buffer | undefined;
  private verified = 0;
  private lastSequence = 0;
  private lastHash: Buffer = Buffer.alloc(0);
  private anchored: Buffer | undefined;

  constructor(
    readonly accountId: string,
    readonly first: number,
    readonly last: number,
  ) {
    this.previous = emptyChain(accountId).hash;
  }

  beginAfter(before: StoredEvent | undefined): void {
    this.previous = before?.hash;
    if (!before) this.find('missing', this.first - 1, 'the event before the range is missing');
  }

  /** Rows from `from` to `to`, as far as they exist. */
  take(rows: readonly StoredEvent[], from: number, to: number, anchor: ChainHead | undefined): void {
    let expected = from;
    for (const row of rows) {
      if (row.sequence > expected) this.missing(expected, row.sequence - 1);
      this.check(row, rows);
      if (row.sequence === anchor?.sequence) this.anchored = row.hash;
      expected = row.sequence + 1;
    }
    if (expected <= to) this.missing(expected, to);
  }

  compareEnd(anchor: ChainHead): void {
    if (this.anchored && !this.anchored.equals(anchor.hash))
      this.find('changed', anchor.sequence, 'the hash is not the one that Redis keeps of this place');
  }

  missingTail(sequence: number, evidence: string): void {
    if (this.findings.some((finding) => finding.kind === 'missing-tail')) return;
    this.find('missing-tail', sequence, `the trail ends before this place, but ${evidence}`);
  }

  find(kind: FindingKind, sequence: number, detail: string): void {
    this.findings.push({ kind, sequence, detail });
    // Those that come first matter most; the list is kept short on the way, too.
    if (this.findings.length > 2 * maxFindings) this.shorten();
  }

  result(): Verification {
    this.shorten();
    const { verified: eventsVerified, lastSequence, lastHash, findings } = this;
    return { eventsVerified, lastSequence, lastHash, findings };
  }

  private shorten(): void {
    this.findings.sort((a, b) => a.sequence - b.sequence);
    this.findings.splice(maxFindings);
  }

  private missing(from: number, to: number): void {
    this.find('missing', from, from === to ? 'the event is missing' : `the events up to ${to} are missing`);
    this.previous = undefined;
  }

  private check(row: StoredEvent, neighbours: readonly StoredEvent[]): void {
    const { sequence, hash, record } = row;
    if (this.previous && !chainHash(this.previous, sequence, record).equals(hash)) {
      const origin = originOf(row, neighbours);
      if (origin === undefined) this.find('changed', sequence, 'the hash is not that of this event after the one before it');
      else this.find('out-of-order', sequence, `the event belongs at ${origin}`);
    } else {
      const difference = this.differenceIn(row);
      if (difference) this.find('changed', sequence, difference);
    }
    this.verified++;
    this.lastSequence = sequence;
    this.lastHash = hash;
    // With what stands there, so that one change is one finding.
    this.previous = hash;
  }

  private differenceIn(row: StoredEvent): string | undefined {
    try {
      const { event } = chained(row);
      if (event.recipientAccountId !== this.accountId) return 'the event is one of another account';
      const wrong = Object.entries(columnsOf(event)).filter(([name, value]) => row.columns[name] !== value);
      return wrong.length ? `${wrong.map(([name]) => name).join(', ')}: not as in the recorded event` : undefined;
    } catch {
      return 'the record is not one of an event';
    }
  }
}

/** Where an event was before it was moved, if it came from nearby. */
const originOf = ({ hash, record }: StoredEvent, neighbours: readonly StoredEvent[]): number | undefined => {
  const at = new Map(neighbours.map((row) => [row.sequence, row.hash]));
  for (const place of at.keys()) {
    // Of two neighbours that changed places, the one before now stands where this one was.
    for (const before of [at.get(place - 1), at.get(place)]) {
      if (before && chainHash(before, place, record).equals(hash)) return place;
    }
  }
  return undefined;
};
