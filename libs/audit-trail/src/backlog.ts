/** From this part of its limit on, the journal's backlog is shared. */
const NEAR = 0.5;
/** The part of the limit that one account may add from then on. */
const SHARE = 0.01;

/**
 * The entries that wait in the journal for audit-service, as far as this process knows. One account must not fill what all
 * accounts need: once the journal is half full, each process lets an account add a hundredth of the limit, and then refuses the
 * account's calls until the backlog is below half again. Nothing that was appended is ever removed.
 */
export class Backlog {
  /** Entries in the journal when it was looked at last. */
  private entries = 0;
  /** What accounts have added since the journal was half full, in entries, which may hold events of several. */
  private readonly added = new Map<string, number>();

  constructor(private readonly limit: number) {}

  get isFull(): boolean {
    return this.entries >= this.limit;
  }

  /** Whether an account has had its share; never while there is plenty of room. */
  hasHadShare(account: string): boolean {
    return (this.added.get(account) ?? 0) >= this.limit * SHARE;
  }

  /** The journal is as long as this now. */
  lookedAt(entries: number): void {
    this.entries = entries;
    if (!this.isShared) this.added.clear();
  }

  /** One entry was appended, with an event of each of these accounts; one that has several of them is named as often. */
  appended(accounts: readonly string[], entries: number): void {
    this.lookedAt(entries);
    if (!this.isShared) return;
    for (const account of accounts) this.added.set(account, (this.added.get(account) ?? 0) + 1 / accounts.length);
  }

  private get isShared(): boolean {
    return this.entries >= this.limit * NEAR;
  }
}
