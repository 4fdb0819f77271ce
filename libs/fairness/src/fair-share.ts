/** From which part of the limit on the accounts share it; and how far past it those may go who had nothing when it was reached. */
const NEAR = 0.5;
const OVER = 2;

/**
 * Places for calls. While there are plenty, whoever comes gets one; from half of them on, an account that has its share, the places divided by
 * the accounts that hold some, gets no more. So a greedy account fills an idle server, and still leaves the next one its share: that one is let
 * in even where all places are taken, and the greedy one waits until it is below its own.
 */
export class FairShare {
  private readonly held = new Map<string, number>();
  private total = 0;

  constructor(private readonly places: number) {}

  /** @param account undefined for a service of ours, which works for all accounts and has no share of its own */
  take(account: string | undefined): boolean {
    if (this.total >= this.places * NEAR && !this.isLeft(account)) return false;
    this.total++;
    if (account !== undefined) this.held.set(account, (this.held.get(account) ?? 0) + 1);
    return true;
  }

  give(account: string | undefined): void {
    this.total--;
    if (account === undefined) return;
    const left = this.held.get(account)! - 1;
    if (left > 0) this.held.set(account, left);
    else this.held.delete(account);
  }

  private isLeft(account: string | undefined): boolean {
    if (account === undefined) return this.total < this.places;
    const own = this.held.get(account);
    const accounts = this.held.size + (own === undefined ? 1 : 0);
    return (own ?? 0) < this.places / accounts && this.total < this.places * OVER;
  }
}
