import { chainStart } from '@strongroom/merkle';
import { ComparedTree, type Court } from './compared-tree';
import type { ExportLine } from './exported-files';
import { contradictionIn, type PlacedRecord, placedRecord } from './exported-record';

/** Contradictions that are named one by one. */
const MAX_NAMED = 100;

type Place = Pick<PlacedRecord, 'sequence' | 'hash'> & { where: string };

/**
 * Checks the records of an export, in the order of the chain. Each must say what was hashed, and follow the one before. If they
 * begin with the first event, the tree over their hashes is compared with the checkpoints. A hash that a proof has as well proves
 * all that lead to it.
 */
export class ExportCheck {
  private readonly tree: ComparedTree;
  private isWhole = true;
  private first: Place | undefined;
  private last: Place | undefined;
  /** From this event on, each hash leads to the next one. */
  private from = 1;
  /** What leads to a hash that is proven; the last one may grow. */
  private readonly proven: { from: number; to: number }[] = [];
  private readonly contradictions: string[] = [];
  /** Of events that an older version exported. */
  private unhashed = { count: 0, first: '' };

  constructor(
    private readonly court: Court,
    private readonly accountId: string,
    private readonly where: string,
  ) {
    this.tree = new ComparedTree(court, where);
  }

  add(line: ExportLine): void {
    const { where } = line;
    if ('problem' in line) return this.contradict(where, line.problem);
    const record = placedRecord(line.record);
    if (typeof record === 'string') return this.contradict(where, record);
    const { sequence, hash } = record;
    const { last } = this;
    if (last && sequence <= last.sequence) {
      const why = sequence === last.sequence ? `${last.where} has it, too` : `it stands after event ${last.sequence}`;
      return this.contradict(where, `event ${sequence} was added or moved: ${why}`);
    }
    this.checkLink(record, where);
    this.last = { sequence, hash, where };
    this.first ??= this.last;
    this.compare(record, where);
  }

  /** Says what has been found, once all lines have been added. */
  conclude(): void {
    const { court, where, first, last, contradictions, unhashed } = this;
    for (const { from, to } of this.proven)
      court.state('proven', `${where}: the events ${from} to ${to} lead to event ${to} of a proof`);
    for (const text of contradictions.slice(0, MAX_NAMED)) court.state('contradiction', text);
    const more = contradictions.length - MAX_NAMED;
    if (more > 0) court.state('contradiction', `${where}: ${more} further contradictions`);
    if (unhashed.count > 0) {
      const what = `${unhashed.count} events, the first at ${unhashed.first}, are from an older version`;
      court.state('open', `${where}: ${what}, without what was hashed: nothing proves what they say`);
    }
    if (!first || !last) return court.state('open', `${where}: there are no events in the export`);
    const provenTo = Math.max(this.tree.provenTo, this.proven.at(-1)?.to ?? 0, first.sequence - 1);
    if (last.sequence > provenTo)
      court.state('open', `${where}: no checkpoint or proof covers the events ${provenTo + 1} to ${last.sequence}`);
  }

  /** Whether a record says what was hashed, and follows the last one. */
  private checkLink(record: PlacedRecord, where: string): void {
    const { last } = this;
    const { sequence, previousHash, hashed } = record;
    const isNext = sequence === (last?.sequence ?? 0) + 1;
    if (!isNext) {
      this.isWhole = false;
      this.from = sequence;
      if (last)
        this.contradict(where, `the events ${last.sequence + 1} to ${sequence - 1}, which stand before this line, are missing`);
    }
    const before = isNext ? (last?.hash ?? chainStart(this.accountId).toString('hex')) : this.court.provenHash(sequence - 1);
    if (before !== undefined && previousHash !== undefined && before !== previousHash) {
      this.from = sequence;
      this.contradict(where, `event ${sequence} does not follow the event before it`);
    }
    const known = previousHash ?? before;
    if (hashed !== undefined && known !== undefined) {
      const contradiction = contradictionIn({ ...record, hashed }, known);
      if (contradiction === undefined) return;
      this.contradict(where, contradiction);
    } else if (hashed === undefined) {
      this.unhashed = { count: this.unhashed.count + 1, first: this.unhashed.first || where };
    } else {
      const text = `nothing proves what event ${sequence} says: the export does not have the hash before it; a proof of it has`;
      this.court.state('open', `${where}: ${text}`);
    }
    // Nothing shows that the hash before leads to this one.
    this.from = sequence;
  }

  private compare({ sequence, hash }: PlacedRecord, where: string): void {
    if (this.isWhole) this.isWhole = this.tree.append(Buffer.from(hash, 'hex'));
    const proven = this.court.provenHash(sequence);
    if (proven === undefined) return;
    if (proven !== hash) return this.contradict(where, `event ${sequence} is not that of the proof`);
    const run = this.proven.at(-1);
    if (run?.from === this.from) run.to = sequence;
    else this.proven.push({ from: this.from, to: sequence });
  }

  private contradict(where: string, text: string): void {
    this.contradictions.push(`${where}: ${text}`);
  }
}
