import { AWS_PRICES, type MonthOfUsage } from '@strongroom/billing';
import { ManualClock } from '@strongroom/clock';
import type { Statement } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { Closing } from './closing';
import type { UsageStore } from './usage-store.port';

const ACCOUNT = '000000000000';

class FakeStore implements Pick<UsageStore, 'accounts' | 'openMonth' | 'close'> {
  place = 10;
  open = '2026-01';
  closed: Statement[] = [];

  accounts = async () => new Map([[ACCOUNT, this.place]]);
  openMonth = async () => this.open;
  close = async (_accountId: string, month: string, make: (usage: MonthOfUsage) => Statement) => {
    this.closed.push(make({ month, quantities: [] }));
    this.open = `2026-0${Number(month.slice(-1)) + 1}`;
    return true;
  };
}

const setUp = (now: string) => {
  const store = new FakeStore();
  const clock = new ManualClock(now);
  const heads = new Map([[ACCOUNT, 10]]);
  const prices = { current: async () => ({ priceList: AWS_PRICES, putAt: undefined }), put: async () => undefined };
  const closing = new Closing({
    store: store as unknown as UsageStore,
    prices,
    heads: async () => heads,
    clock,
    region: 'us-east-1',
  });
  return { store, clock, heads, closing };
};

it('closes a month a day after its end, not before', async () => {
  const { store, clock, closing } = setUp('2026-02-01T23:59:59.999Z');
  expect(await closing.closeDue()).toBe(0);
  clock.advance(1);
  expect(await closing.closeDue()).toBe(1);
  expect(store.closed).toMatchObject([{ month: '2026-01', closed: true, closedAt: clock.now() }]);
  expect(await closing.closeDue()).toBe(0);
});

it('waits until what is in the trail by then is counted', async () => {
  const { store, heads, closing } = setUp('2026-02-02T00:00:00Z');
  heads.set(ACCOUNT, 500);
  store.place = 499;
  expect(await closing.closeDue()).toBe(0);
  // The trail goes on, but not with events of that month.
  heads.set(ACCOUNT, 900);
  store.place = 500;
  expect(await closing.closeDue()).toBe(1);
});

it('closes months that it has missed, one after the other', async () => {
  const { store, closing } = setUp('2026-04-20T00:00:00Z');
  while ((await closing.closeDue()) > 0);
  expect(store.closed.map(({ month }) => month)).toEqual(['2026-01', '2026-02', '2026-03']);
});
