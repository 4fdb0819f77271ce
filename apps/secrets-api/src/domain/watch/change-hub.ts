import type { Logger } from '@strongroom/telemetry';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { ChangedSecret, ChangeFeed, ChangePosition } from './change-feed.port';

/** Whoever watches secrets of one account. */
export interface Watcher {
  readonly accountId: string;
  /** The name of the one secret that is watched; undefined: any may be. */
  readonly name?: string;
  /** Must not throw. */
  changed(secret: ChangedSecret): void;
}

/** The time between two questions to the feed; milliseconds. */
const POLL_MS = 100;
/** The same after a failure. */
const PAUSE_MS = 1_000;
/** Watchers that are told in one turn of the event loop, so that calls are answered between them. */
const TOLD_AT_ONCE = 64;

/**
 * Asks the feed on behalf of all watchers of the process, while there are any, and tells each of what it watches. While nothing
 * changes, a watcher costs its entry here and nothing else.
 */
export class ChangeHub {
  /** By account and name. */
  private readonly ofOne = new Map<string, Set<Watcher>>();
  /** By account. */
  private readonly ofMany = new Map<string, Set<Watcher>>();
  private watchers = 0;
  private running: Promise<void> | undefined;
  private readonly closing = new AbortController();
  private told: ChangePosition | undefined;
  private started = Promise.resolve();
  private hasStarted: () => void = () => undefined;

  constructor(
    private readonly feed: ChangeFeed,
    private readonly region: string,
    private readonly logger: Logger,
    private readonly pollMs = POLL_MS,
  ) {}

  /** What watchers have been told of; undefined until the feed has answered. */
  get position(): ChangePosition | undefined {
    return this.told;
  }

  /** Resolves when the feed has answered for whoever has been added. */
  get isUnderWay(): Promise<void> {
    return this.started;
  }

  /** As `ChangeFeed.since`. */
  since(position: ChangePosition, accountId: string): Promise<ChangedSecret[] | undefined> {
    return this.feed.since(position, accountId);
  }

  /** The watcher hears of what is committed from now on, and perhaps of something before. */
  add(watcher: Watcher): void {
    const { group, key } = this.placeOf(watcher);
    const others = group.get(key);
    if (others) others.add(watcher);
    else group.set(key, new Set([watcher]));
    this.watchers++;
    this.running ??= this.run();
  }

  remove(watcher: Watcher): void {
    const { group, key } = this.placeOf(watcher);
    const others = group.get(key);
    if (!others?.delete(watcher)) return;
    if (others.size === 0) group.delete(key);
    this.watchers--;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    this.started = new Promise((resolve) => (this.hasStarted = resolve));
    this.told = undefined;
    this.feed.restart();
    while (this.watchers > 0 && !signal.aborted) {
      const pauseMs = await this.ask();
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
    // In the same turn in which nobody was left: whoever comes later starts it anew.
    this.running = undefined;
  }

  /** Returns how long to wait before the next question. */
  private async ask(): Promise<number> {
    try {
      const { changes, isAll } = await this.feed.next();
      const { position } = this.feed;
      for (const change of distinct(changes)) if (change.region === this.region) await this.tell(change);
      this.told = position;
      this.hasStarted();
      return isAll ? this.pollMs : 0;
    } catch (error) {
      this.logger.warn('changes of secrets could not be read', { error });
      return PAUSE_MS;
    }
  }

  /** Never rejects. */
  private async tell(change: ChangedSecret): Promise<void> {
    let told = 0;
    for (const watchers of [this.ofOne.get(keyOf(change.accountId, change.name)), this.ofMany.get(change.accountId)]) {
      for (const watcher of watchers ?? []) {
        watcher.changed(change);
        if (++told % TOLD_AT_ONCE === 0) await nextTurn();
      }
    }
  }

  private placeOf({ accountId, name }: Watcher) {
    return name === undefined ? { group: this.ofMany, key: accountId } : { group: this.ofOne, key: keyOf(accountId, name) };
  }
}

const keyOf = (accountId: string, name: string): string => `${accountId} ${name}`;

const distinct = (changes: readonly ChangedSecret[]): Iterable<ChangedSecret> =>
  new Map(changes.map((change) => [`${change.accountId} ${change.region} ${change.name} ${change.suffix}`, change])).values();
