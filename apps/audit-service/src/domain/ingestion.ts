import { setTimeout as sleep } from 'node:timers/promises';
import type { EncodedEvent } from '@strongroom/audit-trail';
import type { Logger } from '@strongroom/telemetry';
import type { ChainHead } from './chain';
import type { ChainWriter } from './chain-writer';
import type { Sealing } from './sealing';

export interface JournalEntry {
  id: string;
  /** Undefined for what no journal wrote. */
  events: EncodedEvent[] | undefined;
}

/** The journal as a queue: its entries in order, each there until it is finished. */
export interface JournalSource {
  /** At most `count` entries after `id`, oldest first; waits up to `waitMs` for the first. */
  read(after: string, count: number, waitMs: number): Promise<JournalEntry[]>;
  /** Removes entries whose events are in the trail, and keeps where the chains end now. */
  finish(ids: readonly string[], heads: readonly ChainHead[]): Promise<void>;
  /** Moves entries that can't be read out of the way, to where an operator finds them. */
  setAside(ids: readonly string[]): Promise<void>;
}

export interface WriterLock {
  /** Takes the lock if it is free; true while this process has it. */
  hold(): Promise<boolean>;
  release(): Promise<void>;
}

export interface IngestionMetrics {
  stored(events: number, entryId: string): void;
}

const beginning = '0-0';
/** Entries a look at the journal takes; an entry has 1 to 64 events. */
const maxEntries = 200;
const maxBatch = 1_000;
const waitMs = 500;
const retryMs = 500;

/**
 * Milliseconds between looks at the journal, so that under load one transaction takes many entries: one for each event of the
 * last look. From 1,000 events a second on that grows to the longest; below, a trail is as prompt as one that is idle.
 */
const linger = (events: number): number => Math.min(Math.max(events, 10), 100);

export interface IngestionOptions {
  source: JournalSource;
  writer: ChainWriter;
  lock: WriterLock;
  sealing: Sealing;
  logger: Logger;
  metrics: IngestionMetrics;
}

/**
 * Moves events from the journal into the trail. Of all audit-service processes the one with the lock does it. An entry
 * leaves the journal only after COMMIT; whatever happens in between, the next reader begins at the journal's first entry again and
 * the writer leaves out what is in the trail already.
 */
export class Ingestion {
  private cursor = beginning;
  private running: Promise<void> | undefined;
  private readonly stopping = new AbortController();

  constructor(private readonly options: IngestionOptions) {}

  start(): void {
    this.running = this.run();
  }

  /** Finishes the batch under way, seals and lets another process go on. */
  async stop(): Promise<void> {
    this.stopping.abort();
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
        logger.warn('storing audit events failed and is tried again', { error });
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
    const entries = await source.read(this.cursor, maxEntries, waitMs);
    let events = 0;
    for (const batch of batches(entries)) events += await this.store(batch);
    sealing.tick();
    if (entries.length > 0 && entries.length < maxEntries) await this.pause(linger(events));
  }

  /** Returns the number of their events. */
  private async store(entries: readonly JournalEntry[]): Promise<number> {
    const { source, writer, sealing, logger, metrics } = this.options;
    const unreadable = entries.filter((entry) => entry.events === undefined).map((entry) => entry.id);
    if (unreadable.length > 0) {
      logger.error('the audit journal has entries that no journal wrote; they are set aside', { count: unreadable.length });
      await source.setAside(unreadable);
    }
    const readable = entries.filter((entry) => entry.events !== undefined);
    const events = readable.flatMap((entry) => entry.events!);
    const heads = await writer.append(events);
    const ids = readable.map((entry) => entry.id);
    if (ids.length > 0) await source.finish(ids, heads);
    this.cursor = entries.at(-1)!.id;
    sealing.tick(events.length);
    metrics.stored(events.length, this.cursor);
    return events.length;
  }

  private startOver(): void {
    this.cursor = beginning;
    this.options.writer.reset();
  }

  private async pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

/** Whole entries, about `maxBatch` events at a time. */
function* batches(entries: readonly JournalEntry[]): Generator<JournalEntry[]> {
  let batch: JournalEntry[] = [];
  let size = 0;
  for (const entry of entries) {
    batch.push(entry);
    size += entry.events?.length ?? 0;
    if (size < maxBatch) continue;
    yield batch;
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield batch;
}
