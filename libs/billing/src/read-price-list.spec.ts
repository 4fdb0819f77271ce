import { AWS_PRICES } from './aws-prices';
import { parseDay } from './calendar';
import { unitPrice } from './price-list';
import { readPriceListText } from './price-list-text';
import { type RawPriceList, readPriceList } from './read-price-list';

const price = (some: Partial<RawPriceList['prices'][number]> = {}): RawPriceList['prices'][number] => ({
  product: 'secret-calls',
  from: '2026-01-01',
  per: '10000',
  tiers: [{ upTo: '', amount: '0.05' }],
  ...some,
});
const list = (some: Partial<RawPriceList> = {}): RawPriceList => ({
  currency: 'EUR',
  freeTrialDays: '0',
  prices: [price()],
  ...some,
});

it('reads a list, sorted by product and day', () => {
  const { prices } = readPriceList(
    list({ prices: [price({ from: '2026-02-01' }), price(), price({ product: 'secret-months', per: '' })] }),
  );
  expect(prices.map(({ product, from, per }) => [product, from, per])).toEqual([
    ['secret-months', parseDay('2026-01-01'), 1],
    ['secret-calls', parseDay('2026-01-01'), 10_000],
    ['secret-calls', parseDay('2026-02-01'), 10_000],
  ]);
});

it.each<[string, RawPriceList, string]>([
  ['currency', list({ currency: 'eur' }), 'Currency must have three capital letters'],
  ['no prices', list({ prices: [] }), 'Prices must have 1 to 100 items.'],
  ['many prices', list({ prices: Array(101).fill(price()) as [] }), 'Prices must have 1 to 100 items.'],
  ['trial', list({ freeTrialDays: '367' }), 'FreeTrialDays must be a whole number from 0 to 366.'],
  ['trial text', list({ freeTrialDays: 'x' }), 'FreeTrialDays must be a whole number from 0 to 366.'],
  ['product', list({ prices: [price({ product: '' })] }), 'Prices[0].Product must be one of'],
  ['day', list({ prices: [price(), price({ from: '2026-02-30' })] }), 'Prices[1].From must be a day'],
  ['per', list({ prices: [price({ per: '0' })] }), 'Prices[0].Per must be a whole number from 1 to 1000000.'],
  ['no tiers', list({ prices: [price({ tiers: [] })] }), 'Prices[0].Tiers must have 1 to 10 items.'],
  [
    'amount',
    list({ prices: [price({ tiers: [{ upTo: '', amount: '0.0000001' }] })] }),
    'Prices[0].Tiers[0].Amount must be a decimal',
  ],
  [
    'last tier',
    list({ prices: [price({ tiers: [{ upTo: '5', amount: '1' }] })] }),
    'Prices[0].Tiers[0].UpTo must be given in all',
  ],
  [
    'open tier first',
    list({
      prices: [
        price({
          tiers: [
            { upTo: '0', amount: '1' },
            { upTo: '', amount: '1' },
          ],
        }),
      ],
    }),
    'Prices[0].Tiers[0].UpTo must be given in all',
  ],
  [
    'falling tiers',
    list({
      prices: [
        price({
          tiers: [
            { upTo: '5', amount: '1' },
            { upTo: '5', amount: '1' },
            { upTo: '', amount: '1' },
          ],
        }),
      ],
    }),
    'Prices[0].Tiers[1].UpTo must be a whole number from 6 to',
  ],
  ['twice', list({ prices: [price(), price()] }), 'Prices must not have two of secret-calls from the same day.'],
])('refuses: %s', (_what, raw, message) => {
  expect(() => readPriceList(raw)).toThrow(expect.objectContaining({ reason: 'InvalidParameterException' }));
  expect(() => readPriceList(raw)).toThrow(message);
});

const YAML = `
currency: USD
freeTrialDays: 30
prices:
  - product: secret-months
    from: 2026-01-01
    tiers: [{ upTo: 10, amount: 0.40 }, { amount: 0.1 }]
`;

it('reads what people write, and makes no floating-point numbers of it', () => {
  const { prices } = readPriceListText(YAML.replace('0.1 ', '0.123456 '));
  expect(prices[0]).toMatchObject({ per: 1, tiers: [{ upTo: 10n, amount: 400_000n }, { amount: 123_456n }] });
});

it.each([
  ['currency: [', 'must be YAML; there is a mistake at line 1'],
  ['[]', 'The price list must have fields.'],
  ['currency: USD', 'prices must be a list.'],
  [YAML.replace('currency: USD', 'color: red'), 'must have no other fields than currency, freeTrialDays, prices.'],
  [YAML.replace('amount: 0.1 ', 'price: 0.1 '), 'prices[0].tiers[1] must have no other fields than upTo, amount.'],
  [YAML.replace('product: secret-months', 'per: 5'), 'prices[0].product must be given.'],
  [YAML.replace('currency: USD', 'a: &a x\ncurrency: *a'), 'A price list must be YAML'],
  ['#'.repeat(100_001), 'must have at most 100000 characters'],
])('refuses %j', (text, message) => {
  expect(() => readPriceListText(text)).toThrow(message);
});

it("has AWS's prices, and what one more unit costs", () => {
  const day = parseDay('2026-06-01')!;
  expect(unitPrice(AWS_PRICES, 'secret-months', day)).toEqual({ amount: 400_000n, per: 1 });
  expect(unitPrice(AWS_PRICES, 'secret-calls', day)).toEqual({ amount: 50_000n, per: 10_000 });
  expect(unitPrice(AWS_PRICES, 'key-calls', day)).toEqual({ amount: 30_000n, per: 10_000 });
  expect(unitPrice(AWS_PRICES, 'key-calls', parseDay('2014-01-01') ?? 0)).toEqual({ amount: 0n, per: 1 });
});
