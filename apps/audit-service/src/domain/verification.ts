import type { Clock } from '@strongroom/clock';
import { checkedEvents, type CheckedEvent } from './block-check';
import { emptyChain, type ChainHead } from './chain';
import { chainHash } from './hashing/chain-hash';
import type { IncidentKind } from './journal-incidents';
import { sealInterval } from './sealing';
import type { ChainAnchor, Sealer, SealStore, StoredBlock, StoredEvent, TrailReader, Within } from './trail.port';

export type FindingKind = 'changed' | 'missing' | 'missing-tail' | 'out-of-order' | 'seal-invalid' | `journal-${IncidentKind}`;

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
/** So many are looked at together, and somewhat more: an event that was moved is known again among these. */
const page = 500;
/** An event may be this old without a seal: sealing had one whole interval to be late. */
const sealPatience = 2 * sealInterval;

/**
 * Checks a chain against everything that holds it: each event's hash over the one before it, the rows and entries that
 * lead to it, the seals that only crypto-keyservice can make, and the chain's end as it is kept in Redis.
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
    if (run.first === 1 && range.to === undefined) await this.checkIdentities(run, within);
    return run.result();
  }

  private async walk(run: Run, anchor: ChainHead | undefined, within: Within): Promise<void> {
    const { accountId, first, last } = run;
    if (first > 1) run.beginAfter(await this.hashAt(accountId, first - 1, within));
    let events: CheckedEvent[] = [];
    const take = () => {
      run.take(events, anchor);
      events = [];
    };
    // No chain has a place 0, but a table could.
    const from = first === 1 ? 0 : first;
    for await (const block of this.reader.stored(accountId, from, last, within)) {
      if (block.events) {
        events.push(...(await checkedEvents({ block, events: block.events, first: from, last }, this.reader, within)));
      } else {
        take();
        run.skip(block);
      }
      if (events.length >= page) take();
    }
    take();
    run.end();
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

  /** An entry without an event would keep out the event that has this id. Behind a tail that was cut off, entries are what remains. */
  private async checkIdentities(run: Run, within: Within): Promise<void> {
    const { entries, places } = await this.reader.countIdentities(run.accountId, within);
    if (entries > places && !run.hasFound('missing-tail'))
      run.find('changed', places, `there are ${entries} entries of ids for ${places} events`);
  }

  /** Whoever rewrites the trail can't make seals, but could remove those that contradict it. */
  private async checkUnsealed(run: Run, sealed: number, head: ChainHead, within: Within): Promise<void> {
    if (sealed >= head.sequence) return;
    for await (const { firstSequence, lastSequence, firstTime } of this.reader.stored(
      run.accountId,
      sealed + 1,
      head.sequence,
      within,
    )) {
      if (lastSequence <= sealed) continue;
      if (this.clock.millis() - firstTime > sealPatience) run.findUnsealed(Math.max(sealed + 1, firstSequence));
      return;
    }
  }

  private async hashAt(accountId: string, sequence: number, within: Within): Promise<Buffer | undefined> {
    for await (const { events } of this.reader.stored(accountId, sequence, sequence, within))
      return events?.find((event) => event.sequence === sequence)?.hash;
    return undefined;
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
  /** The place that comes next. */
  private expected: number;

  constructor(
    readonly accountId: string,
    readonly first: number,
    readonly last: number,
  ) {
    this.previous = emptyChain(accountId).hash;
    this.expected = first;
  }

  beginAfter(before: Buffer | undefined): void {
    this.previous = before;
    if (!before) this.find('missing', this.first - 1, 'the event before the range is missing');
  }

  /** What follows in the trail. */
  take(events: readonly CheckedEvent[], anchor: ChainHead | undefined): void {
    for (const event of events) {
      const { sequence, hash } = event;
      if (sequence < this.expected) {
        this.find('out-of-order', sequence, 'this place of the chain is not free');
        continue;
      }
      this.missingBefore(sequence);
      this.check(event, events);
      if (sequence === anchor?.sequence) this.anchored = hash;
      this.expected = sequence + 1;
    }
  }

  /** A block that can't be opened; what follows is compared with the hash that its row tells. */
  skip({ firstSequence, lastSequence, lastHash }: StoredBlock): void {
    this.missingBefore(firstSequence);
    this.find('changed', Math.max(firstSequence, this.first), `the block of the events up to ${lastSequence} can not be read`);
    this.previous = lastHash;
    this.expected = Math.max(this.expected, lastSequence + 1);
  }

  end(): void {
    this.missingBefore(this.last + 1);
  }

  compareEnd(anchor: ChainHead): void {
    if (this.anchored && !this.anchored.equals(anchor.hash))
      this.find('changed', anchor.sequence, 'the hash is not the one that Redis keeps of this place');
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
      if (origin === undefined) this.find('changed', sequence, 'the hash is not that of this event after the one before it');
      else this.find('out-of-order', sequence, `the event belongs at ${origin}`);
    } else if (difference) this.find('changed', sequence, difference);
    if (incident) this.find(`journal-${incident.kind}`, sequence, incident.detail);
    this.verified++;
    this.lastSequence = sequence;
    this.lastHash = hash;
    // With what stands there, so that one change is one finding.
    this.previous = hash;
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
