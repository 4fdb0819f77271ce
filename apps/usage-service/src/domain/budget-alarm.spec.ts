import { EventIds, InMemoryRecorder } from '@strongroom/audit-trail';
import { AWS_PRICES, dayOf, parseAmount } from '@strongroom/billing';
import { ManualClock } from '@strongroom/clock';
import { SeededRandom } from '@strongroom/random';
import { BudgetAlarm } from './budget-alarm';
import type { Budget } from './budget.port';

const clock = new ManualClock('2026-03-10T12:30:00Z');
const day = dayOf(clock.millis());

const budget = (some: Partial<Budget> = {}): Budget => ({
  accountId: '000000000000',
  name: 'team',
  amount: parseAmount('2.50')!,
  thresholdPercent: 80,
  reachedMonth: undefined,
  ...some,
});

const check = async (calls: bigint, ...pending: Budget[]) => {
  const recorder = new InMemoryRecorder();
  const reached: string[] = [];
  const alarm = new BudgetAlarm({
    budgets: {
      pending: async () => pending,
      reach: async ({ name }, month, beforeCommit) => {
        await beforeCommit();
        reached.push(`${name} ${month}`);
      },
    },
    store: {
      monthOfUsage: async (_account, month) => ({ month, quantities: [{ day, product: 'secret-calls', quantity: calls }] }),
    },
    prices: { current: async () => ({ priceList: AWS_PRICES, putAt: undefined }), put: async () => undefined },
    recorder,
    eventIds: new EventIds(clock, new SeededRandom('alarm')),
    clock,
    region: 'us-east-1',
  });
  await alarm.check();
  return { events: recorder.events, reached };
};

it('writes an event when the threshold is reached', async () => {
  // 400,000 calls cost 2.00, which is 80 % of 2.50.
  const { events, reached } = await check(400_000n, budget());
  expect(reached).toEqual(['team 2026-03']);
  expect(events).toMatchObject([
    {
      eventSource: 'budgets.amazonaws.com',
      eventName: 'BudgetThresholdReached',
      recipientAccountId: '000000000000',
      userIdentity: { type: 'AWSService', principalId: 'usage-service' },
      requestParameters: { budgetName: 'team', amount: '2.500000', thresholdPercent: '80', spent: '2.000000', month: '2026-03' },
    },
  ]);
});

it('writes nothing below it', async () => {
  expect(await check(399_999n, budget(), budget({ name: 'more', thresholdPercent: 100 }))).toEqual({ events: [], reached: [] });
});
