/**
 * Counts what is in use, in all and for each key, and refuses what would exceed a limit. Keeps nothing about a key that uses
 * nothing.
 */
export class Quota {
  private readonly used = new Map<string, number>();
  private total = 0;

  /** @param limits the most that may be in use at a time: in all, and for one key */
  constructor(private readonly limits: { readonly total: number; readonly each: number }) {}

  take(key: string, amount = 1, each = this.limits.each): boolean {
    const own = (this.used.get(key) ?? 0) + amount;
    if (own > each || this.total + amount > this.limits.total) return false;
    this.used.set(key, own);
    this.total += amount;
    return true;
  }

  give(key: string, amount = 1): void {
    const left = (this.used.get(key) ?? 0) - amount;
    if (left > 0) this.used.set(key, left);
    else this.used.delete(key);
    this.total -= amount;
  }

  get inUse(): number {
    return this.total;
  }

  /** Nobody gets any more of it. */
  get isFull(): boolean {
    return this.total >= this.limits.total;
  }
}
