import fc from 'fast-check';
import { AWS_PRICES } from './aws-prices';
import { daysOfMonth, firstDayOf, lastDayOf } from './calendar';
import { formatAmount } from './money';
import type { PriceList, Product } from './price-list';
import { type DayQuantity, type MonthOfUsage, priceMonth } from './price-month';
import { readPriceList } from './read-price-list';

const MONTH = '2026-03';
const FIRST = firstDayOf(MONTH);
const HOURS = daysOfMonth(MONTH) * 24;
/** Its trial is long over. */
const OLD = firstDayOf('2024-01');

const of = (product: Product, ...quantities: bigint[]): DayQuantity[] =>
  quantities.map((quantity, index) => ({ day: FIRST + index, product, quantity }));
const price = (quantities: DayQuantity[], prices: PriceList = AWS_PRICES, some: Partial<MonthOfUsage> = {}) =>
  priceMonth({ month: MONTH, quantities, firstSecretDay: OLD, ...some }, prices);
const amounts = (...given: Parameters<typeof price>) => price(...given).lines.map(({ amount }) => formatAmount(amount));

const calls = (tiers: { upTo: string; amount: string }[], from = '2026-01-01') => ({
  product: 'secret-calls',
  from,
  per: '10',
  tiers,
});
const pricesOf = (...prices: ReturnType<typeof calls>[]) => readPriceList({ currency: 'USD', freeTrialDays: '30', prices });

it('charges a secret for the whole month with the price of a month', () => {
  const wholeMonth = Array<bigint>(daysOfMonth(MONTH)).fill(24n);
  expect(amounts(of('secret-months', ...wholeMonth))).toEqual(['0.400000']);
});

it('prorates by the hour', () => {
  // 0.40 / 744
  expect(amounts(of('secret-months', 1n))).toEqual(['0.000538']);
  expect(amounts(of('secret-months', 12n, 360n))).toEqual(['0.200000']);
});

it('charges calls one by one', () => {
  expect(amounts(of('secret-calls', 1n))).toEqual(['0.000005']);
  expect(amounts(of('secret-calls', 9_999n, 1n))).toEqual(['0.050000']);
});

it('leaves out what is of another month, and what is nothing', () => {
  const others = [FIRST - 1, lastDayOf(MONTH) + 1].map((day): DayQuantity => ({
    day,
    product: 'secret-calls',
    quantity: 10_000n,
  }));
  expect(price([...others, ...of('secret-calls', 0n)])).toMatchObject({ lines: [], total: 0n });
});

describe('tiers', () => {
  const tiered = pricesOf(
    calls([
      { upTo: '10', amount: '1' },
      { upTo: '30', amount: '0.50' },
      { upTo: '', amount: '0.10' },
    ]),
  );

  it('are filled one after the other, over the days', () => {
    const { lines, total } = price(of('secret-calls', 5n, 20n, 15n), tiered);
    expect(lines.map(({ tier, quantity, amount }) => [tier, quantity, formatAmount(amount)])).toEqual([
      [1, 10n, '1.000000'],
      [2, 20n, '1.000000'],
      [3, 10n, '0.100000'],
    ]);
    expect(formatAmount(total)).toBe('2.100000');
  });

  it('of months are counted in months', () => {
    const list = readPriceList({
      currency: 'USD',
      freeTrialDays: '0',
      prices: [
        {
          product: 'secret-months',
          from: '2026-01-01',
          per: '',
          tiers: [
            { upTo: '2', amount: '1' },
            { upTo: '', amount: '0.5' },
          ],
        },
      ],
    });
    expect(amounts(of('secret-months', BigInt(3 * HOURS)), list)).toEqual(['2.000000', '0.500000']);
  });

  it('go on where the price changes in the middle of the month', () => {
    const changed = pricesOf(
      calls([
        { upTo: '10', amount: '1' },
        { upTo: '', amount: '0.50' },
      ]),
      calls(
        [
          { upTo: '20', amount: '2' },
          { upTo: '', amount: '1' },
        ],
        '2026-03-03',
      ),
    );
    const { lines } = price(of('secret-calls', 6n, 6n, 6n, 6n), changed);
    expect(lines.map(({ firstDay, lastDay, tier, quantity }) => [firstDay - FIRST, lastDay - FIRST, tier, quantity])).toEqual([
      [0, 1, 1, 10n],
      [0, 1, 2, 2n],
      [2, 30, 1, 8n],
      [2, 30, 2, 4n],
    ]);
  });
});

it('charges nothing for days before the first price', () => {
  const later = pricesOf(calls([{ upTo: '', amount: '1' }], '2026-03-02'));
  expect(amounts(of('secret-calls', 10n, 10n), later)).toEqual(['1.000000']);
});

describe('the free trial', () => {
  const everyDay = of('secret-calls', ...Array<bigint>(31).fill(10_000n));

  it('covers the day of the first secret and 30 more, as a whole', () => {
    const { total, freeTrialCredit, freeTrialEnd } = price(everyDay, AWS_PRICES, { firstSecretDay: FIRST - 20 });
    expect(freeTrialEnd).toBe(FIRST + 10);
    // The days 11 to 30.
    expect(formatAmount(total)).toBe('1.000000');
    expect(formatAmount(freeTrialCredit)).toBe('0.550000');
  });

  it('does not cover what was before the first secret', () => {
    const { total } = price(everyDay, AWS_PRICES, { firstSecretDay: FIRST + 1 });
    expect(formatAmount(total)).toBe('0.050000');
  });

  it('never begins without a secret', () => {
    expect(price(everyDay, AWS_PRICES, { firstSecretDay: undefined })).toMatchObject({
      freeTrialCredit: 0n,
      freeTrialEnd: undefined,
    });
  });

  it('is as long as the price list says', () => {
    const none = { ...AWS_PRICES, freeTrialDays: 0 };
    expect(price(everyDay, none, { firstSecretDay: FIRST }).freeTrialCredit).toBe(0n);
  });
});

/** Cents a day for each quantity, to be summed by a model that knows no tiers and no rounding. */
const usage = fc.array(
  fc.record({
    day: fc.integer({ min: 0, max: 30 }).map((day) => FIRST + day),
    product: fc.constantFrom<Product>('secret-months', 'secret-calls', 'key-months', 'key-calls'),
    quantity: fc.bigInt({ min: 0n, max: 10n ** 12n }),
  }),
  { maxLength: 60 },
);
const distinct = (quantities: DayQuantity[]): DayQuantity[] => [
  ...new Map(quantities.map((one) => [`${one.day} ${one.product}`, one])).values(),
];

it('depends on no order, and each line is off by at most half a millionth', () => {
  fc.assert(
    fc.property(usage, fc.integer(), (all, seed) => {
      const quantities = distinct(all);
      const shuffled = [...quantities].sort((one, other) => ((one.day * 31 + seed) % 7) - ((other.day * 31 + seed) % 7));
      const { lines, total } = price(quantities);
      expect(price(shuffled)).toEqual({ ...price(quantities) });
      expect(lines.reduce((sum, { amount }) => sum + amount, 0n)).toBe(total);
      for (const { product, quantity, unitAmount, per, amount } of lines) {
        const unit = BigInt(per) * (product.endsWith('months') ? BigInt(HOURS) : 1n);
        const error = 2n * (amount * unit - quantity * unitAmount);
        expect(error <= unit && error >= -unit).toBe(true);
      }
    }),
  );
});

it('puts every quantity into exactly one tier, wherever the tiers and the price changes are', () => {
  const tiers = fc
    .uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 4 })
    .map((bounds) => [
      ...bounds.sort((one, other) => one - other).map((upTo) => ({ upTo: String(upTo), amount: '1' })),
      { upTo: '', amount: '1' },
    ]);
  const lists = fc
    .uniqueArray(fc.integer({ min: 1, max: 31 }), { minLength: 1, maxLength: 4 })
    .chain((days) => fc.tuple(...days.map((day) => tiers.map((some) => calls(some, `2026-03-${String(day).padStart(2, '0')}`)))))
    .map((prices) => pricesOf(...prices));
  const quantities = fc.array(fc.bigInt({ min: 0n, max: 100n }), { maxLength: 31 }).map((some) => of('secret-calls', ...some));
  fc.assert(
    fc.property(lists, quantities, (list, some) => {
      const from = list.prices[0]!.from;
      const charged = some.filter(({ day }) => day >= from).reduce((sum, { quantity }) => sum + quantity, 0n);
      const { lines, total } = price(some, list);
      expect(lines.reduce((sum, { quantity }) => sum + quantity, 0n)).toBe(charged);
      // One price everywhere: a millionth of it for each, whatever the tiers.
      expect(total).toBe((charged * 1_000_000n) / 10n);
    }),
  );
});
