import { DAY, type Clock } from '@strongroom/clock';
import { firstDayOf, nextMonth } from '@strongroom/billing';
import { statementOf } from './statement';
import type { PriceListStore, UsageStore } from './usage-store.port';

/** How long after its end a month stays open for events that enter the trail late. Milliseconds. */
export const GRACE_MS = DAY;

export interface ClosingParts {
  store: UsageStore;
  prices: PriceListStore;
  /** The ends of the trails: by account, the sequence of the last event. */
  heads: () => Promise<ReadonlyMap<string, number>>;
  clock: Clock;
  region: string;
}

/**
 * Closes months: a day after the month's end, and once everything is counted that was in the account's trail then. What enters
 * the trail later counts in the next month, so a closed month never changes.
 */
export class Closing {
  /** By account: how far its trail must be counted before its oldest open month can be closed. */
  private readonly awaited = new Map<string, { month: string; place: number }>();

  constructor(private readonly parts: ClosingParts) {}

  /** Closes what can be closed now; returns how many months it has closed. */
  async closeDue(): Promise<number> {
    const { store } = this.parts;
    let closed = 0;
    for (const [accountId, place] of await store.accounts()) {
      const month = await store.openMonth(accountId);
      if (month === undefined || !this.isOver(month)) continue;
      const awaited = await this.placeOf(accountId, month);
      if (place < awaited) continue;
      if (await this.close(accountId, month)) closed++;
    }
    return closed;
  }

  private isOver(month: string): boolean {
    return this.parts.clock.millis() >= firstDayOf(nextMonth(month)) * DAY + GRACE_MS;
  }

  private async placeOf(accountId: string, month: string): Promise<number> {
    const known = this.awaited.get(accountId);
    if (known?.month === month) return known.place;
    const place = (await this.parts.heads()).get(accountId) ?? 0;
    this.awaited.set(accountId, { month, place });
    return place;
  }

  private async close(accountId: string, month: string): Promise<boolean> {
    const { store, prices, clock, region } = this.parts;
    const { priceList } = await prices.current();
    const done = await store.close(accountId, month, (usage) =>
      statementOf({ accountId, region }, usage, priceList, clock.now()),
    );
    if (done) this.awaited.delete(accountId);
    return done;
  }
}
