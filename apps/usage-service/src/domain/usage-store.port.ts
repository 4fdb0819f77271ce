import type { MonthOfUsage, PriceList } from '@strongroom/billing';
import type { Statement } from '@strongroom/contracts/strongroom/usage/v1/usage';

/** What accounts used, by the month, and the statements of closed months. */
export interface UsageStore {
  /** @param until the hour before which the count ends */
  monthOfUsage(accountId: string, month: string, until: number): Promise<MonthOfUsage>;
  /** Of a closed month. */
  statement(accountId: string, month: string): Promise<Statement | undefined>;
  /** The accounts that the trail has told of, with their places in it. */
  accounts(): Promise<Map<string, number>>;
  /** The oldest month that is not closed; undefined if the account has used nothing yet. */
  openMonth(accountId: string): Promise<string | undefined>;
  /**
   * Stores the statement that `make` makes, in one transaction with its usage, while no event is counted. A month that is closed,
   * or does not follow the one before, stays as it is: false.
   */
  close(accountId: string, month: string, make: (usage: MonthOfUsage) => Statement): Promise<boolean>;
}

export interface StoredPriceList {
  priceList: PriceList;
  /** Absent for the default. */
  putAt: Date | undefined;
}

export interface PriceListStore {
  /** The newest one, or the default. */
  current(): Promise<StoredPriceList>;
  put(priceList: PriceList, putAt: Date, beforeCommit: () => Promise<void>, deadline: number): Promise<void>;
}
