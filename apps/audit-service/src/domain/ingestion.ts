import { setTimeout as sleep } from 'node:timers/promises';
import type { EncodedEvent, EntryOrigin } from '@strongroom/audit-trail';
import type { Clock } from '@strongroom/clock';
import type { Logger } from '@strongroom/telemetry';
import type { ChainHead } from './chain';
import type { ChainWriter } from './chain-writer';
import { incidentsAsEvents, type IncidentKind, type JournalIncident } from './journal-incidents';
import { ProducerLedger } from './producer-ledger';
import type { Sealing } from './sealing';

export interface JournalEntry {
  id: string;
  /** Undefined for an entry that no journal wrote. */
  events: EncodedEvent[] | undefined;
  /** Who signed it; absent for an entry from before the journal had keys, and for a forged one. */
  origin?: EntryOrigin;
  /** The reason why no authorised producer can have appended it. */
  forgery?: string;
}

/** The changes of the producers' ledger to store. */
export interface LedgerChanges {
  /** The generation of the ledger before the change. */
  generation: number;
  changes: ReadonlyMap<string, string | undefined>;
}

/** Another process has removed entries in the meantime. */
export class StaleLedgerError extends Error {
  override readonly name = 'StaleLedgerError';
}

/** The journal as a queue: its entries in order; each stays until it is finished. */
export interface JournalSource {
  /** At most `count` entries after `id`, oldest first; waits up to `waitMs` for the first, or until somebody hurries. */
  read(after: string, count: number, waitMs: number): Promise<JournalEntry[]>;
  /** Waits `milliseconds`, or until somebody hurries: now, or since this process last waited. */
  linger(milliseconds: number): Promise<void>;
  /** Ends the wait of whichever process reads. */
  hurry(): Promise<void>;
  /** The state of the producers; each `finish`, by any process, changes the generation. */
  ledger(): Promise<{ state: Record<string, string>; generation: number }>;
  isCurrent(generation: number): Promise<boolean>;
  /**
   * Removes entries and stores the ends of the chains and the ledger, all in one step; those of `aside` are kept where an
   * operator finds them. Throws `StaleLedgerError` and does nothing if the ledger has another generation.
   */
  finish(work: {
    ids: readonly string[];
    aside: readonly string[];
    heads: readonly ChainHead[];
    ledger: LedgerChanges;
  }): Promise<void>;
}

export interface WriterLock {
  /** Takes the lock if it is free; true while this process has it. */
  hold(): Promise<boolean>;
  release(): Promise<void>;
}

export interface IngestionMetrics {
  stored(events: number, entryId: string): void;
  incident(kind: IncidentKind, count: number): void;
}

const beginning = '0-0';
/** The most entries of one read of the journal; an entry has 1 to 64 events. */
const MAX_ENTRIES = 200;
const MAX_BATCH = 1_000;
const waitMs = 1_000;
const retryMs = 500;
/**
 * The time from one read of the journal to the next, milliseconds, so that one transaction and one block take all events of a
 * second. Whoever looks at the trail meanwhile ends the wait (`CatchUp`).
 */
const lingerMs = 1_000;

export interface IngestionOptions {
  source: JournalSource;
  writer: ChainWriter;
  lock: WriterLock;
  sealing: Sealing;
  logger: Logger;
  metrics: IngestionMetrics;
  clock: Clock;
  /** The account whose trail reports incidents of the journal. */
  home: { accountId: string; region: string };
}

/**
 * Moves events from the journal into the trail. Of all audit-service processes, the one with the lock does this. An entry leaves
 * the journal only after COMMIT. Whatever happens in between, the next reader starts at the journal's first entry again, and the
 * writer omits what is already in the trail.
 */
export class Ingestion {
  private cursor = beginning;
  private ledger: { producers: ProducerLedger; generation: number } | undefined;
  private running: Promise<void> | undefined;
  private readonly stopping = new AbortController();

  constructor(private readonly options: IngestionOptions) {}

  start(): void {
    this.running = this.run();
  }

  /** Finishes the present batch, seals, and lets another process continue. */
  async stop(): Promise<void> {
    this.stopping.abort();
    // Without Redis, the wait ends by itself.
    await this.options.source.hurry().catch(() => undefined);
    await this.running;
  }

  private async run(): Promise<void> {
    const { lock, logger, sealing } = this.options;
    let held = false;
    while (!this.stopping.signal.aborted) {
      try {
        const holds = await lock.hold();
        if (holds && !held) logger.info('this process writes the audit trail now');
        held = holds;
        if (held) await this.turn();
        else await this.pause(retryMs);
      } catch (error) {
        logger.warn('audit events could not be stored and will be tried again', { error });
        this.startOver();
        await this.pause(retryMs);
      }
      if (!held) this.startOver();
    }
    if (held) await sealing.sealAll();
    await lock.release();
  }

  private async turn(): Promise<void> {
    const { source, sealing } = this.options;
    // Read before the entries, because the ledger does not know what is removed from now on.
    const ledger = (this.ledger ??= await this.openLedger());
    const entries = await source.read(this.cursor, MAX_ENTRIES, waitMs);
    for (const batch of batches(entries)) await this.store(batch, ledger);
    sealing.tick();
    if (entries.length > 0 && entries.length < MAX_ENTRIES && !this.stopping.signal.aborted) await source.linger(lingerMs);
  }

  private async store(
    entries: readonly JournalEntry[],
    ledger: { producers: ProducerLedger; generation: number },
  ): Promise<void> {
    const { source, writer, sealing, metrics, clock, home } = this.options;
    const incidents = entries.flatMap((entry) => incidentsOf(entry, ledger.producers));
    if (incidents.length > 0 && !(await source.isCurrent(ledger.generation))) throw new StaleLedgerError();
    const [readable, aside] = partition(entries, (entry) => entry.events !== undefined && entry.forgery === undefined);
    const events = readable.flatMap((entry) => entry.events!);
    const heads = await writer.append([...events, ...incidentsAsEvents(incidents, home, clock.now())]);
    const changes = { generation: ledger.generation, changes: ledger.producers.takeChanges() };
    await source.finish({ ids: idsOf(readable), aside: idsOf(aside), heads, ledger: changes });
    ledger.generation++;
    this.report(aside, incidents);
    this.cursor = entries.at(-1)!.id;
    sealing.tick(events.length);
    metrics.stored(events.length, this.cursor);
  }

  private report(aside: readonly JournalEntry[], incidents: readonly JournalIncident[]): void {
    const { logger, metrics } = this.options;
    if (aside.length > 0)
      logger.error('the audit journal has entries that no service wrote; they are set aside', { count: aside.length });
    for (const { kind, producer, what, count } of incidents) {
      metrics.incident(kind, count);
      logger.error('somebody has changed the audit journal', { state: kind, name: producer, reason: what, count });
    }
  }

  private async openLedger(): Promise<{ producers: ProducerLedger; generation: number }> {
    const { state, generation } = await this.options.source.ledger();
    return { producers: new ProducerLedger(state), generation };
  }

  private startOver(): void {
    this.cursor = beginning;
    this.ledger = undefined;
    this.options.writer.reset();
  }

  private async pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

/** Whole entries, about `MAX_BATCH` events at a time. */
function* batches(entries: readonly JournalEntry[]): Generator<JournalEntry[]> {
  let batch: JournalEntry[] = [];
  let size = 0;
  for (const entry of entries) {
    batch.push(entry);
    size += entry.events?.length ?? 0;
    if (size < MAX_BATCH) continue;
    yield batch;
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield batch;
}

const incidentsOf = ({ id, origin, forgery }: JournalEntry, producers: ProducerLedger): JournalIncident[] => {
  if (forgery !== undefined) return [{ kind: 'forged', producer: '', what: `entry ${id}: ${forgery}`, count: 1 }];
  if (!origin) return [];
  return producers.judge(origin, Number(id.split('-')[0])).map((finding): JournalIncident => {
    const { kind, producer, run } = finding;
    if (kind === 'replayed')
      return { kind, producer, what: `entry ${id} repeats number ${finding.number} of run ${run}`, count: 1 };
    const { first, last } = finding;
    return { kind, producer, what: `numbers ${first} to ${last} of run ${run} before entry ${id}`, count: last - first + 1 };
  });
};

const idsOf = (entries: readonly JournalEntry[]): string[] => entries.map((entry) => entry.id);

const partition = <T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] => [
  all.filter(isFirst),
  all.filter((one) => !isFirst(one)),
];
