import { unlessAborted } from '@strongroom/clock';
import { type RandomSource, systemRandom } from '@strongroom/random';
import type { StrongroomError } from '../errors';
import type { SecretsCalls, SecretVersion } from '../secrets.calls';
import { CachedSecret, type ChangeListener } from './cached-secret';
import { type CacheLimits, readOptions, readWhole, type SecretCacheOptions } from './cache-options';
import { isAway, isRefusal, isUnauthenticated } from './failures';
import { endOf, MAX_UNASKED_MS, nextFetch, retryAt } from './background';
import { Push } from './push';
import { keyOf, readReference, type SecretReference } from './secret-reference';
import { type SecretState, strongroomError } from './secret-state';
import { copyOf, wipe } from './secret-version';
import { systemTimers, type Timers } from './timers';

/** What the cache needs of a StrongroomClient. */
export interface SecretSource {
  readonly secrets: Pick<SecretsCalls, 'getSecretValue' | 'watchSecrets'>;
}

/** Fetches of a secret that changes while it is fetched, before its callers are told so. */
const MAX_ROUNDS = 5;
/** How long a caller waits for an answer before the cluster counts as away, if grace has a value. Milliseconds. */
const PATIENCE_MS = 2_000;

/**
 * Secrets in memory, and nowhere else. Push says when one has changed or may not be read any more, so a value that is answered is
 * current although nobody asked for it: within a second of a change the next one is there, and within a second of losing the
 * right to read nothing of the secret is left. One fetch serves all who ask at the same time. While push is away values age, and
 * are fetched again before they are too old.
 *
 *     const cache = new SecretCache(strongroom, { graceMs: 60_000 });
 *     const { secretString } = await cache.get('production/orders-db');
 *
 * What it answers are copies. Close it before its client: it has streams open.
 */
export class SecretCache {
  private readonly limits: CacheLimits;
  private readonly secrets: SecretSource['secrets'];
  private readonly push: Push | undefined;
  /** The least recently used first. */
  private readonly entries = new Map<string, CachedSecret>();
  private readonly closing = new AbortController();

  /**
   * @param surroundings for tests
   * @throws TypeError and RangeError that name the option and its rule
   */
  constructor(
    strongroom: SecretSource,
    options: SecretCacheOptions = {},
    private readonly surroundings: { timers: Timers; random: RandomSource } = { timers: systemTimers, random: systemRandom },
  ) {
    this.limits = readOptions(options);
    this.secrets = strongroom.secrets;
    if (!this.limits.push) return;
    this.push = new Push({
      ...surroundings,
      open: (watches, signal) => this.secrets.watchSecrets(watches, { signal }),
      unknown: (error) => this.loseAll(error as StrongroomError),
    });
  }

  /** Whether push is alive for all that is cached; false while nothing is, and with an older cluster, which has no push. */
  get live(): boolean {
    return this.push?.isLive === true;
  }

  /**
   * The value, from memory if it was known to be current `maxAgeMs` ago or later (default: the cache's); 0 takes it while push is
   * alive. The signal ends the wait, not a fetch that others wait for.
   *
   * @throws StrongroomError as GetSecretValue; RequestCanceledException after `close`; TypeError, RangeError for a bad argument
   */
  async get(secret: SecretReference, options: { maxAgeMs?: number; signal?: AbortSignal } = {}): Promise<SecretVersion> {
    const maxAgeMs = options.maxAgeMs === undefined ? this.limits.maxAgeMs : readWhole('maxAgeMs', options.maxAgeMs, 0);
    const entry = this.use(secret, options.signal);
    const fresh = this.freshValue(entry, maxAgeMs);
    if (fresh) return copyOf(fresh);
    const last = () => (this.limits.graceMs > 0 ? entry.valueSince(this.now() - maxAgeMs - this.limits.graceMs) : undefined);
    const known = last();
    if (known && entry.lastFailureWasAway) {
      // Nobody waits for a cluster that was away a moment ago, but somebody has to look.
      if (this.now() >= retryAt(entry, this.surroundings.random)) void this.fetch(entry, -Infinity).catch(() => undefined);
      return copyOf(known);
    }
    const fetching = this.fetch(entry, this.now() - maxAgeMs);
    const waiting = known ? this.patiently(entry, fetching) : fetching;
    try {
      return copyOf(await (options.signal ? unlessAborted(waiting, options.signal, cancelled) : waiting));
    } catch (error) {
      const answer = isAway(error) ? last() : undefined;
      if (answer) return copyOf(answer);
      throw error;
    }
  }

  /**
   * The value as the cluster has it now.
   *
   * @throws as `get`
   */
  async refresh(secret: SecretReference): Promise<SecretVersion> {
    const entry = this.use(secret);
    return copyOf(await this.fetch(entry, this.now()));
  }

  /**
   * Tells of each change of the secret's present state: a new version for the stage, why it cannot be read any more, that it can
   * be read again. How it is at first is told only if it cannot be read. The listener hears without the value: `get` has it.
   *
   * @returns what ends it
   * @throws TypeError for a bad reference; RequestCanceledException after `close`
   */
  subscribe(secret: SecretReference, listener: ChangeListener): () => void {
    if (typeof listener !== 'function') throw new TypeError('listener must be a function');
    const entry = this.use(secret);
    // Of its own, so that a function that listens twice can leave once.
    const own: ChangeListener = (change) => listener(change);
    entry.listeners.add(own);
    if (entry.hasValue) this.schedule(entry);
    else void this.fetch(entry, -Infinity).catch(() => undefined);
    return () => {
      if (entry.listeners.delete(own) && this.isKept(entry)) this.schedule(entry);
    };
  }

  /** Drops all values and ends all streams. Whoever waits for a value, or asks for one later, gets a RequestCanceledException. */
  close(): void {
    if (this.isClosed) return;
    this.closing.abort();
    this.push?.close();
    for (const entry of [...this.entries.values()]) {
      entry.listeners.clear();
      this.remove(entry);
    }
  }

  private get isClosed(): boolean {
    return this.closing.signal.aborted;
  }

  private now(): number {
    return this.surroundings.timers.now();
  }

  /** The entry of a secret that somebody asks for. */
  private use(secret: SecretReference, signal?: AbortSignal): CachedSecret {
    const wanted = readReference(secret);
    if (this.isClosed) throw closed();
    if (signal?.aborted) throw cancelled();
    const key = keyOf(wanted);
    const entry = this.entries.get(key) ?? new CachedSecret(wanted);
    this.entries.delete(key);
    this.entries.set(key, entry);
    if (!entry.isUsed) {
      entry.isUsed = true;
      if (entry.hasValue) this.schedule(entry);
    }
    for (const other of this.entries.values()) {
      if (this.entries.size <= this.limits.maxSecrets) break;
      if (other !== entry && other.listeners.size === 0) this.remove(other);
    }
    return entry;
  }

  private isKept(entry: CachedSecret): boolean {
    return this.entries.get(keyOf(entry.wanted)) === entry;
  }

  private freshValue(entry: CachedSecret, maxAgeMs: number): SecretVersion | undefined {
    const now = this.now();
    if (entry.isOutdated || now - entry.askedAt > Math.max(maxAgeMs, MAX_UNASKED_MS)) return undefined;
    return entry.valueSince(now - maxAgeMs);
  }

  /** One fetch for all who ask meanwhile. @param since a fetch that began earlier will not do */
  private fetch(entry: CachedSecret, since: number): Promise<SecretVersion> {
    if (entry.fetching && entry.fetching.since >= since) return entry.fetching.outcome;
    const outcome = this.fetchCurrent(entry).finally(() => {
      if (entry.fetching?.outcome === outcome) entry.fetching = undefined;
      this.schedule(entry);
    });
    outcome.catch(() => undefined);
    entry.fetching = { since: this.now(), outcome };
    return outcome;
  }

  /** Asks again if push says meanwhile that the answer may be of before. */
  private async fetchCurrent(entry: CachedSecret): Promise<SecretVersion> {
    const { signal } = this.closing;
    for (let round = 1; round <= MAX_ROUNDS; round++) {
      const mark = entry.mark(this.now());
      try {
        const version = await this.secrets.getSecretValue({ ...entry.wanted }, { signal });
        const isCurrent = !this.isClosed && (this.isKept(entry) ? entry.take(version, mark) : !entry.isOverruled(mark));
        if (isCurrent) {
          this.follow(entry);
          return version;
        }
        wipe(version);
      } catch (error) {
        if (this.isClosed) throw closed();
        if (!isRefusal(error)) {
          entry.failed(this.now(), isAway(error));
          throw error;
        }
        if (!entry.isOverruled(mark)) {
          entry.answered(mark.at);
          this.refused(entry, error as StrongroomError);
          throw error;
        }
      }
      if (this.isClosed) throw closed();
    }
    entry.failed(this.now(), false);
    throw strongroomError('aborted', 'ConflictException', 'the secret changes faster than it can be read');
  }

  private refused(entry: CachedSecret, error: StrongroomError): void {
    if (isUnauthenticated(error)) return this.loseAll(error);
    entry.lose(error);
    // A name that is none would end the stream for all.
    if (entry.listeners.size > 0 && error.kind !== 'invalid-argument') this.follow(entry);
    else if (!entry.watch && entry.listeners.size === 0) this.remove(entry);
  }

  /** The cluster does not know the caller any more. */
  private loseAll(error: StrongroomError): void {
    for (const entry of [...this.entries.values()]) {
      entry.lose(error);
      if (entry.listeners.size === 0) this.remove(entry);
      else this.schedule(entry);
    }
  }

  private follow(entry: CachedSecret): void {
    if (!this.push || entry.watch || !this.isKept(entry)) return;
    entry.watch = this.push.follow(entry.wanted.secretId, {
      heard: (state: SecretState) => {
        entry.heard(state, this.now());
        this.schedule(entry);
      },
      turned: () => this.schedule(entry),
    });
  }

  private remove(entry: CachedSecret): void {
    if (this.isKept(entry)) this.entries.delete(keyOf(entry.wanted));
    entry.cancelTimer();
    entry.watch?.leave();
    entry.watch = undefined;
    entry.drop();
  }

  private schedule(entry: CachedSecret): void {
    entry.cancelTimer();
    if (!this.isKept(entry)) return;
    const { timers, random } = this.surroundings;
    const now = timers.now();
    const fetchAt = nextFetch(entry, this.limits, { now, random });
    // What has no value and no listeners is dropped, too: it has a place, and perhaps a watch.
    const endAt = entry.hasValue || fetchAt === Infinity ? endOf(entry, this.limits) : Infinity;
    const at = Math.min(fetchAt, endAt);
    entry.cancelTimer = timers.after(Math.max(at - now, 0), () => this.look(entry, fetchAt));
  }

  /** Fetches what is wanted and will soon be too old, and drops what is too old. */
  private look(entry: CachedSecret, fetchAt: number): void {
    const isOver = this.now() >= endOf(entry, this.limits);
    if (isOver) entry.drop();
    if (this.now() >= fetchAt) {
      entry.isUsed = false;
      void this.fetch(entry, -Infinity).catch(() => undefined);
    } else if (!isOver || fetchAt < Infinity) this.schedule(entry);
    else if (!entry.fetching) this.remove(entry);
  }

  /** Fails as the cluster's absence does if the answer takes long: grace has another. */
  private patiently<T>(entry: CachedSecret, work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.surroundings.timers.after(PATIENCE_MS, () => {
        entry.failed(this.now(), true);
        reject(strongroomError('unavailable', 'ServiceUnavailableException', 'the cluster did not answer soon enough'));
      });
      void work.then(resolve, reject).finally(cancel);
    });
  }
}

const canceled = (message: string) => strongroomError('cancelled', 'RequestCanceledException', message);
const closed = () => canceled('this cache is closed');
const cancelled = () => canceled('the call was cancelled');
