/**
 * The part of the limit from which accounts share it, and how far accounts may exceed it that had nothing when it was reached.
 */
const NEAR = 0.5;
const OVER = 2;

/**
 * Places for calls. While less than half are taken, everybody gets one. From then on, an account that has its share (the places
 * divided by the accounts that hold some) gets no more. So a greedy account can fill an idle server and still leaves the next
 * account its share: that one gets a place even if all are taken, and the greedy one waits until it is below its own.
 */
export class FairShare {
  private readonly held = new Map<string, number>();
  private total = 0;
  private services = 0;

  constructor(private readonly places: number) {}

  /**
   * @param account undefined for one of our services: they work for all accounts, and have the same number of places again, which
   * no account takes
   */
  take(account: string | undefined): boolean {
    if (account === undefined) {
      if (this.services >= this.places) return false;
      this.services++;
      return true;
    }
    if (this.total >= this.places * NEAR && !this.isLeft(account)) return false;
    this.total++;
    this.held.set(account, (this.held.get(account) ?? 0) + 1);
    return true;
  }

  give(account: string | undefined): void {
    if (account === undefined) {
      this.services--;
      return;
    }
    this.total--;
    const left = this.held.get(account)! - 1;
    if (left > 0) this.held.set(account, left);
    else this.held.delete(account);
  }

  private isLeft(account: string): boolean {
    const own = this.held.get(account);
    const accounts = this.held.size + (own === undefined ? 1 : 0);
    return (own ?? 0) < this.places / accounts && this.total < this.places * OVER;
  }
}
