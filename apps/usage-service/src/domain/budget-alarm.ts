import { type AuditRecorder, type EventIds, serviceEvent } from '@strongroom/audit-trail';
import { dayOf, formatAmount, hourOf, monthOf, priceMonth } from '@strongroom/billing';
import type { Clock } from '@strongroom/clock';
import type { Budget, BudgetStore } from './budget.port';
import type { PriceListStore, UsageStore } from './usage-store.port';

export interface BudgetAlarmParts {
  budgets: Pick<BudgetStore, 'pending' | 'reach'>;
  store: Pick<UsageStore, 'monthOfUsage'>;
  prices: PriceListStore;
  recorder: AuditRecorder;
  eventIds: EventIds;
  clock: Clock;
  region: string;
}

/** Writes an event into the trail when what a month has cost reaches the threshold of a budget, once a month. */
export class BudgetAlarm {
  constructor(private readonly parts: BudgetAlarmParts) {}

  async check(): Promise<void> {
    const { budgets, store, prices, clock } = this.parts;
    const now = clock.millis();
    const month = monthOf(dayOf(now));
    const pending = await budgets.pending(month);
    if (pending.length === 0) return;
    const { priceList } = await prices.current();
    for (const accountId of new Set(pending.map((budget) => budget.accountId))) {
      const { total } = priceMonth(await store.monthOfUsage(accountId, month, hourOf(now) + 1), priceList);
      for (const budget of pending.filter((one) => one.accountId === accountId)) {
        if (total * 100n < budget.amount * BigInt(budget.thresholdPercent)) continue;
        await budgets.reach(budget, month, () => this.record(budget, month, formatAmount(total), priceList.currency));
      }
    }
  }

  private record(budget: Budget, month: string, spent: string, currency: string): Promise<void> {
    const { recorder, eventIds, clock, region } = this.parts;
    return recorder.record(
      serviceEvent({
        service: 'usage-service',
        eventId: eventIds.next(),
        eventTime: clock.now(),
        eventSource: 'budgets.amazonaws.com',
        eventName: 'BudgetThresholdReached',
        awsRegion: region,
        recipientAccountId: budget.accountId,
        requestParameters: {
          budgetName: budget.name,
          amount: formatAmount(budget.amount),
          thresholdPercent: String(budget.thresholdPercent),
          spent,
          currency,
          month,
        },
      }),
    );
  }
}
