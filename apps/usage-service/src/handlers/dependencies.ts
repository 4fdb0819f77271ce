import type { Authorizer, Caller } from '@strongroom/access';
import type { Clock } from '@strongroom/clock';
import type { CallContext } from '@strongroom/grpc-kit';
import type { BudgetStore } from '../domain/budget.port';
import type { UsageReports } from '../domain/usage-report.port';
import type { PriceListStore, UsageStore } from '../domain/usage-store.port';

/** What handlers work with; `server.ts` makes it. */
export interface Dependencies {
  authorizer: Authorizer;
  reports: UsageReports;
  store: UsageStore;
  prices: PriceListStore;
  budgets: BudgetStore;
  clock: Clock;
  region: string;
  /** The account that the cluster started with: its callers may see what others use, and put the price list. */
  homeAccountId: string;
}

export type Call = CallContext<Caller>;
