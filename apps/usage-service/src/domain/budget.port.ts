import type { Micros } from '@strongroom/billing';

export interface Budget {
  accountId: string;
  name: string;
  amount: Micros;
  thresholdPercent: number;
  /** The last month in which the threshold was reached. */
  reachedMonth: string | undefined;
}

/** The most of one account. */
export const MAX_BUDGETS = 20;

export interface BudgetStore {
  /**
   * Creates or replaces; what was reached stays reached only if amount and threshold stay the same.
   * @throws LimitExceededException
   */
  put(budget: Omit<Budget, 'reachedMonth'>, beforeCommit: () => Promise<void>, deadline: number): Promise<void>;
  /** By name, after this one. */
  list(accountId: string, after: string, limit: number): Promise<Budget[]>;
  /** Whether there was one. */
  delete(accountId: string, name: string, beforeCommit: () => Promise<void>, deadline: number): Promise<boolean>;
  /** Those that have not been reached in this month. */
  pending(month: string): Promise<Budget[]>;
  /** Marks it reached; does nothing if that, or the budget, has changed meanwhile. */
  reach(budget: Budget, month: string, beforeCommit: () => Promise<void>): Promise<void>;
}
