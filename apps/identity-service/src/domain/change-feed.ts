/** The result of a poll of the change log. */
export interface Changes {
  /** The newest revision. */
  revision: number;
  /** Every change since the requested revision, oldest first; undefined if some of them are no longer stored. */
  entries?: { revision: number; subject: string }[];
}

export interface ChangeLog {
  /** `deadline`: epoch milliseconds. */
  since(revision: number, deadline: number): Promise<Changes>;
}

export interface FeedListener {
  changed(subjects: readonly string[] | 'all'): void;
  /** Every change committed more than VOUCHED_AGE milliseconds ago has been reported. */
  alive(): void;
}

/** The feed's time; `systemScheduler` of @strongroom/access is one. */
export interface FeedTimer {
  /** Milliseconds; only differences have a meaning. */
  monotonic(): number;
  after(delayMs: number, task: () => void): () => void;
}

/**
 * The time between two polls, and so between two heartbeats; milliseconds. Each heartbeat wakes every service, which is most of
 * what a cluster at rest does. Clients bear the loss of two.
 */
export const POLL_INTERVAL = 200;
/**
 * A slower poll guarantees nothing. Together with the silence that clients accept (700 ms) this makes the second within which a
 * change is known everywhere.
 */
export const VOUCHED_AGE = 300;
/** A poll that takes this long is abandoned. */
const POLL_TIMEOUT = 2_000;
/** The number of changes to keep, for answers that are being read while they happen. */
const REMEMBERED = 2_000;

/**
 * Follows the change log of the database and tells every listener what changed, in order. Each replica polls by itself, so none
 * depends on another. One that cannot reach the database sends nothing, and its clients then stop trusting what they have.
 */
export class ChangeFeed {
  private readonly listeners = new Set<FeedListener>();
  private recent: { revision: number; subject: string }[] = [];
  /** Changes after this revision are all in `recent`. */
  private rememberedSince = 0;
  private revision = 0;
  private vouchedAt = -Infinity;
  private polling = false;
  private pollAgain = false;
  private cancelTimer: () => void = () => undefined;
  private stopped = false;

  constructor(
    private readonly log: ChangeLog,
    private readonly timer: FeedTimer,
    /** Epoch milliseconds, for the deadlines of polls. */
    private readonly now: () => number = Date.now,
  ) {}

  /** Starts at the present end of the log. */
  async start(): Promise<void> {
    const { revision } = await this.log.since(Number.MAX_SAFE_INTEGER, this.now() + POLL_TIMEOUT);
    this.revision = this.rememberedSince = revision;
    await this.poll();
  }

  stop(): void {
    this.stopped = true;
    this.cancelTimer();
    this.listeners.clear();
  }

  /** Until the returned function is called. */
  subscribe(listener: FeedListener): () => void {
    this.listeners.add(listener);
    if (this.timer.monotonic() - this.vouchedAt <= POLL_INTERVAL) listener.alive();
    return () => void this.listeners.delete(listener);
  }

  /** Polls now, because something has just been committed here. */
  poke(): void {
    if (this.polling) this.pollAgain = true;
    else void this.poll();
  }

  /** Everything up to here was committed before anything that is read from now on. */
  get position(): number {
    return this.revision;
  }

  /**
   * Whether one of `subjects` has changed after `position`, as far as listeners have been told. Data that was read from
   * `position` on and is not affected may be given to them, because later changes will still be reported.
   */
  touchedSince(position: number, subjects: readonly string[]): boolean {
    if (position < this.rememberedSince) return true;
    if (position === this.revision) return false;
    const asked = new Set(subjects);
    return this.recent.some((change) => change.revision > position && asked.has(change.subject));
  }

  private async poll(): Promise<void> {
    this.cancelTimer();
    this.polling = true;
    this.pollAgain = false;
    const begun = this.timer.monotonic();
    try {
      const changes = await this.log.since(this.revision, this.now() + POLL_TIMEOUT);
      if (this.stopped) return;
      this.take(changes);
      if (this.timer.monotonic() - begun <= VOUCHED_AGE) {
        this.vouchedAt = begun;
        for (const listener of this.listeners) listener.alive();
      }
    } catch {
      // Silence is enough: listeners stop trusting what they have. Calls that need the database log its absence.
    } finally {
      this.polling = false;
    }
    if (this.stopped) return;
    if (this.pollAgain) void this.poll();
    else this.cancelTimer = this.timer.after(POLL_INTERVAL, () => void this.poll());
  }

  private take({ revision, entries }: Changes): void {
    if (revision === this.revision) return;
    if (entries === undefined || revision < this.revision) {
      this.recent = [];
      this.rememberedSince = revision;
      this.revision = revision;
      this.tell('all');
      return;
    }
    this.recent.push(...entries);
    if (this.recent.length > REMEMBERED) {
      const dropped = this.recent.splice(0, this.recent.length - REMEMBERED);
      this.rememberedSince = dropped.at(-1)!.revision;
    }
    this.revision = revision;
    this.tell([...new Set(entries.map((entry) => entry.subject))]);
  }

  private tell(subjects: readonly string[] | 'all'): void {
    for (const listener of this.listeners) listener.changed(subjects);
  }
}
