import { addRange, intersectRange, subtractRange, type EntryOrigin, type NumberRange } from '@strongroom/audit-trail';

/** What the ledger knows about one run of a producer. */
interface RunRecord {
  /** The number after the highest seen number. */
  next: number;
  /** Lower numbers that were neither seen nor reported: on their way, or deleted. */
  open: NumberRange[];
  /** Numbers that the producer reported as unconfirmed: each may arrive once, late, or never. */
  excused: NumberRange[];
  /** Epoch milliseconds by Redis' clock. */
  seenAt: number;
}

export type LedgerFinding =
  /** Numbers that Redis acknowledged to the producer and that never arrived. */
  | { kind: 'missing'; producer: string; run: string; first: number; last: number }
  /** A number that was seen before, or one of a forgotten run. */
  | { kind: 'replayed'; producer: string; run: string; number: number };

const MAX_RUNS_OF_PRODUCER = 256;
const MAX_RANGES = 1_000;

const fieldOf = (producer: string, run: string): string => `${producer} ${run}`;
const floorField = (producer: string): string => `${producer} floor`;
const startOf = (run: string): number => Number(run.split('.')[0]);

/**
 * Which entries of which producers have arrived, by their signed numbers. A number that arrives twice was replayed. One that
 * never arrives, although a later entry says that Redis acknowledged it, was deleted.
 * The state is a map of texts, stored where entries are removed and changed in the same step: what is judged again after a crash
 * is judged as before. It knows the last 256 runs of each producer; an entry of an older one counts as replayed.
 */
export class ProducerLedger {
  private readonly runs = new Map<string, RunRecord>();
  private readonly floors = new Map<string, number>();
  private readonly changed = new Set<string>();

  constructor(state: Readonly<Record<string, string>>) {
    for (const [field, value] of Object.entries(state)) {
      const [producer = '', run = ''] = field.split(' ');
      if (run === 'floor') this.floors.set(producer, Number(value));
      else this.runs.set(field, JSON.parse(value) as RunRecord);
    }
  }

  /** Records an entry that a producer signed; returns the faults in it, or in those before it. */
  judge(origin: EntryOrigin, at: number): LedgerFinding[] {
    const { producer, run, number } = origin;
    const field = fieldOf(producer, run);
    const replayed: LedgerFinding = { kind: 'replayed', producer, run, number };
    let record = this.runs.get(field);
    if (!record) {
      if (startOf(run) <= (this.floors.get(producer) ?? 0)) return [replayed];
      record = { next: 1, open: [], excused: [], seenAt: at };
      this.runs.set(field, record);
      this.forgetOldest(producer, field);
    }
    if (!this.arrive(record, number)) return [replayed];
    record.seenAt = at;
    this.changed.add(field);
    return this.settle(record, origin).map(([first, last]) => ({ kind: 'missing', producer, run, first, last }));
  }

  /** The changes since the ledger was created or last read: the new text of a field, undefined for one to remove. */
  takeChanges(): Map<string, string | undefined> {
    const changes = new Map<string, string | undefined>();
    for (const field of this.changed) {
      const [producer = '', run] = field.split(' ');
      const record = this.runs.get(field);
      if (run === 'floor') changes.set(field, String(this.floors.get(producer)));
      else changes.set(field, record && JSON.stringify(record));
    }
    this.changed.clear();
    return changes;
  }

  /** False for a number that was seen before. */
  private arrive(record: RunRecord, number: number): boolean {
    const one: NumberRange = [number, number];
    if (number >= record.next) {
      if (number > record.next) record.open = addRange(record.open, [record.next, number - 1], MAX_RANGES);
      record.next = number + 1;
      return true;
    }
    for (const list of ['open', 'excused'] as const) {
      if (intersectRange(record[list], one).length === 0) continue;
      record[list] = subtractRange(record[list], one);
      return true;
    }
    return false;
  }

  /** Returns the numbers that are missing for good. */
  private settle(record: RunRecord, { unconfirmed, settledBelow }: EntryOrigin): NumberRange[] {
    for (const told of unconfirmed) {
      for (const range of intersectRange(record.open, told)) record.excused = addRange(record.excused, range, MAX_RANGES);
      record.open = subtractRange(record.open, told);
    }
    if (settledBelow <= 1) return [];
    const settled: NumberRange = [1, settledBelow - 1];
    const missing = intersectRange(record.open, settled);
    record.open = subtractRange(record.open, settled);
    return missing;
  }

  private forgetOldest(producer: string, except: string): void {
    const ofProducer = [...this.runs].filter(([field]) => field.startsWith(`${producer} `) && field !== except);
    if (ofProducer.length < MAX_RUNS_OF_PRODUCER) return;
    const [oldest] = ofProducer.reduce((a, b) => (b[1].seenAt < a[1].seenAt ? b : a));
    this.runs.delete(oldest);
    this.floors.set(producer, Math.max(this.floors.get(producer) ?? 0, startOf(oldest.split(' ')[1]!)));
    this.changed.add(oldest);
    this.changed.add(floorField(producer));
  }
}
