import { setTimeout as delay } from 'node:timers/promises';
import { RootKey, type RootKeys } from '@strongroom/envelope';
import type { RandomSource } from '@strongroom/random';
import type { Logger } from '@strongroom/telemetry';
import { openLink, sealLink, wrapFor } from './open';
import { countSealedBy, resealBatch, type SealedTable } from './sealed-table';
import type { BeforeCommit, RootKeyStore, StoredRootKey } from './store';

/** How often the root keys in the database are read; milliseconds. A third of the grace period if that is shorter. */
const PERIOD_MS = 5_000;
/** Rows in one transaction. Each is a round trip, and holds its lock until the end. */
const BATCH = 100;
/** Between two batches, for those who call meanwhile; milliseconds. */
const PAUSE_MS = 20;

export interface KeeperOptions {
  readonly store: RootKeyStore;
  readonly rootKeys: RootKeys;
  readonly tables: readonly SealedTable[];
  readonly random: RandomSource;
  readonly logger: Logger;
  /** How long a new root key is pending, and an old one retiring at least; milliseconds. */
  readonly graceMs: number;
  /** Opens the root keys with a provider: for a process that was suspended while a whole rotation passed. */
  readonly reopen?: () => Promise<RootKeys>;
  readonly batchSize?: number;
  readonly pauseMs?: number;
  /** Told of a root key that retired, before this is committed. */
  readonly onRetired?: (fingerprint: string) => Promise<unknown>;
}

export interface Progress {
  /** None while the root key does not rotate. */
  readonly state: 'none' | 'pending' | 'resealing';
  /** Rows that still name an old root key, by table. */
  readonly left: Readonly<Record<string, number>>;
  /** Rows that this process found that do not open: an operator must look. */
  readonly failed: number;
}

/**
 * Keeps the root keys of a process as the database has them, and takes a rotation on: every process does, a step at a time, and
 * the database lets one through. Whatever dies, another goes on from there.
 */
export class RootKeyKeeper {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private wake: () => void = () => undefined;
  private failed = 0;

  constructor(private readonly options: KeeperOptions) {}

  start(): void {
    this.options.rootKeys.onUnknown = () => this.poke();
    this.running = this.run();
  }

  /** Looks now, and not only when the period is over. */
  poke(): void {
    this.wake();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    this.wake();
    await this.running;
  }

  /**
   * Begins a rotation: the new root key is pending, for all providers.
   * @throws Error while one is under way
   */
  async rotate(beforeCommit?: BeforeCommit): Promise<string> {
    const { store, rootKeys, random, graceMs } = this.options;
    await this.load();
    const { current } = rootKeys;
    const next = RootKey.generate(random);
    try {
      const wraps = await wrapFor(next, await store.providers());
      const link = sealLink(next, current, random);
      await store.beginRotation(
        { fingerprint: next.fingerprint, wraps, link, current: current.fingerprint },
        graceMs,
        beforeCommit,
      );
    } finally {
      next.forget();
    }
    this.poke();
    return next.fingerprint;
  }

  async progress(): Promise<Progress> {
    const { store, tables } = this.options;
    const stored = await store.rootKeys();
    const retiring = stored.find(({ state }) => state === 'retiring');
    const left: Record<string, number> = {};
    for (const table of retiring ? tables : []) left[table.name] = await countSealedBy(store, table, retiring!.fingerprint);
    const isPending = stored.some(({ state }) => state === 'pending');
    return { state: isPending ? 'pending' : retiring ? 'resealing' : 'none', left, failed: this.failed };
  }

  /** Reads the root keys, and does what is due. Resolves when there is nothing more to do now. */
  async step(): Promise<void> {
    const { store, graceMs } = this.options;
    let stored = await this.load();
    if (stored.some(({ state, isDue }) => state === 'pending' && isDue) && (await store.promote(graceMs))) {
      this.options.logger.info('a new root key is current');
      stored = await this.load();
    }
    for (const old of stored) if (old.state === 'retiring') await this.replace(old);
  }

  /** Takes over what is in the database: adds root keys that are new, seals with the current one, drops those that retired. */
  private async load(): Promise<StoredRootKey[]> {
    const { store, rootKeys } = this.options;
    const stored = await store.rootKeys();
    const inUse = stored.filter(({ state }) => state !== 'retired');
    for (const key of inUse) if (!rootKeys.find(key.fingerprint)) rootKeys.add(await this.obtain(key));
    rootKeys.use(inUse.find(({ state }) => state === 'current')!.fingerprint);
    for (const fingerprint of rootKeys.fingerprints) {
      if (!inUse.some((key) => key.fingerprint === fingerprint)) rootKeys.drop(fingerprint);
    }
    return stored;
  }

  private async obtain(key: StoredRootKey): Promise<RootKey> {
    const { rootKeys, reopen } = this.options;
    try {
      return openLink(rootKeys, key);
    } catch (error) {
      const found = (await reopen?.())?.find(key.fingerprint);
      if (found) return found;
      throw error;
    }
  }

  private async replace(old: StoredRootKey): Promise<void> {
    const { store, tables, logger, onRetired } = this.options;
    let failed = 0;
    for (const table of tables) failed += await this.resealTable(table, old);
    if (failed > this.failed) logger.error('rows do not open, and keep their root key from retiring', { count: failed });
    this.failed = failed;
    if (!old.isDue || this.stopped.signal.aborted) return;
    if (await store.retire(old.slot, () => onRetired?.(old.fingerprint) ?? Promise.resolve())) {
      await this.load();
      logger.info('a root key retired', { fingerprint: old.fingerprint });
    }
  }

  /** How many of the table's rows do not open. */
  private async resealTable(table: SealedTable, { slot, fingerprint }: StoredRootKey): Promise<number> {
    const { store, rootKeys, random, batchSize: size = BATCH, pauseMs = PAUSE_MS } = this.options;
    for (let skip = 0; !this.stopped.signal.aborted;) {
      const batch = await store.whileRetiring(slot, (tx) =>
        resealBatch(tx, table, fingerprint, { rootKeys, random, size, skip }),
      );
      // Another process is at it.
      if (!batch) return skip;
      skip += batch.failed;
      if (batch.resealed + batch.failed < size) return skip;
      await this.pause(pauseMs);
    }
    return 0;
  }

  private async run(): Promise<void> {
    const { logger, graceMs } = this.options;
    let isFailing = false;
    while (!this.stopped.signal.aborted) {
      const poked = new Promise<void>((resolve) => (this.wake = resolve));
      try {
        await this.step();
        isFailing = false;
      } catch (error) {
        if (!isFailing) logger.warn('the root keys could not be read or rotated; it will be tried again', { error });
        isFailing = true;
      }
      await Promise.race([poked, this.pause(Math.min(PERIOD_MS, graceMs / 3))]);
    }
  }

  private async pause(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.stopped.signal, ref: false }).catch(() => undefined);
  }
}
