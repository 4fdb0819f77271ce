import { Product, Statement } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { csvOf } from './csv';
import { FOCUS_COLUMNS, type FocusRow, focusRows } from './focus-rows';

const DECIMAL = /^-?\d+\.\d+$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const TEXT = /^\S(?:.*\S)?$/;
const UNIT = /^(?:\d+ )?(?:Requests|Secret-Hours|Key-Hours|Secret-Months|Key-Months)$/;

/** FOCUS 1.2 on the columns of a Usage row: mandatory or not, what a value looks like, and whether it may be null. */
const RULES: Record<keyof FocusRow, [level: 'mandatory' | 'conditional' | 'recommended', form: RegExp, nullable: boolean]> = {
  BilledCost: ['mandatory', DECIMAL, false],
  BillingAccountId: ['mandatory', TEXT, false],
  BillingAccountName: ['mandatory', TEXT, true],
  BillingAccountType: ['conditional', TEXT, false],
  BillingCurrency: ['mandatory', /^[A-Z]{3}$/, false],
  BillingPeriodEnd: ['mandatory', INSTANT, false],
  BillingPeriodStart: ['mandatory', INSTANT, false],
  ChargeCategory: ['mandatory', /^(?:Usage|Purchase|Tax|Credit|Adjustment)$/, false],
  ChargeClass: ['mandatory', /^Correction$/, true],
  ChargeDescription: ['mandatory', TEXT, true],
  ChargeFrequency: ['recommended', /^(?:One-Time|Recurring|Usage-Based)$/, false],
  ChargePeriodEnd: ['mandatory', INSTANT, false],
  ChargePeriodStart: ['mandatory', INSTANT, false],
  ConsumedQuantity: ['conditional', DECIMAL, false],
  ConsumedUnit: ['conditional', UNIT, false],
  ContractedCost: ['mandatory', DECIMAL, false],
  ContractedUnitPrice: ['conditional', DECIMAL, false],
  EffectiveCost: ['mandatory', DECIMAL, false],
  InvoiceId: ['recommended', TEXT, true],
  InvoiceIssuerName: ['mandatory', TEXT, false],
  ListCost: ['mandatory', DECIMAL, false],
  ListUnitPrice: ['conditional', DECIMAL, false],
  PricingCategory: ['conditional', /^(?:Standard|Dynamic|Committed|Other)$/, false],
  PricingQuantity: ['mandatory', DECIMAL, false],
  PricingUnit: ['mandatory', UNIT, false],
  ProviderName: ['mandatory', TEXT, false],
  PublisherName: ['mandatory', TEXT, false],
  RegionId: ['conditional', TEXT, false],
  RegionName: ['conditional', TEXT, false],
  ServiceCategory: ['mandatory', /^Security$/, false],
  ServiceName: ['mandatory', TEXT, false],
  ServiceSubcategory: ['recommended', /^Secret Management$/, false],
  SkuId: ['conditional', TEXT, false],
  SkuMeter: ['conditional', TEXT, false],
  SkuPriceDetails: ['conditional', /^\{.*\}$/, true],
  SkuPriceId: ['conditional', TEXT, false],
  SubAccountId: ['conditional', TEXT, false],
  SubAccountName: ['conditional', TEXT, false],
  SubAccountType: ['conditional', TEXT, false],
  Tags: ['conditional', /^\{.*\}$/, true],
};

const statement = Statement.fromPartial({
  accountId: '000000000000',
  region: 'us-east-1',
  month: '2026-12',
  currency: 'USD',
  priceList: {
    prices: [
      { product: Product.SECRET_MONTHS, from: '2018-04-04' },
      { product: Product.SECRET_MONTHS, from: '2026-12-11' },
    ],
  },
  lines: [
    {
      product: Product.SECRET_MONTHS,
      firstDay: '2026-12-01',
      lastDay: '2026-12-10',
      quantity: 1466n,
      pricedQuantity: '1.970430',
      unitAmount: '0.400000',
      per: 1,
      amount: '0.788172',
      tier: 1,
    },
    {
      product: Product.KEY_CALLS,
      firstDay: '2026-12-11',
      lastDay: '2026-12-31',
      quantity: 7n,
      pricedQuantity: '7',
      unitAmount: '0.030000',
      per: 10_000,
      amount: '0.000021',
      tier: 2,
    },
  ],
});
const rows = focusRows(statement);

it.each(FOCUS_COLUMNS)('has %s in the form that FOCUS wants', (column) => {
  const [, form, nullable] = RULES[column];
  for (const row of rows) {
    if (row[column] === null) expect(nullable).toBe(true);
    else expect(row[column]).toMatch(form);
  }
});

it('multiplies quantities and prices to costs', () => {
  for (const { PricingQuantity, ListUnitPrice, ContractedUnitPrice, ...row } of rows) {
    expect(Number(PricingQuantity) * Number(ListUnitPrice)).toBeCloseTo(Number(row.ListCost), 6);
    expect(Number(PricingQuantity) * Number(ContractedUnitPrice)).toBeCloseTo(Number(row.ContractedCost), 6);
    expect(row.BilledCost).toBe(row.EffectiveCost);
  }
});

it('has exclusive ends, and one id for a price in every month', () => {
  expect(rows).toMatchObject([
    {
      BillingPeriodStart: '2026-12-01T00:00:00Z',
      BillingPeriodEnd: '2027-01-01T00:00:00Z',
      ChargePeriodEnd: '2026-12-11T00:00:00Z',
      ConsumedUnit: 'Secret-Hours',
      PricingUnit: 'Secret-Months',
      SkuPriceId: 'secret-months/2018-04-04/tier-1',
    },
    { ChargePeriodEnd: '2027-01-01T00:00:00Z', PricingQuantity: '0.0007000000', PricingUnit: '10000 Requests' },
  ]);
});

it('is CSV, with a head even if nothing was used', () => {
  expect(csvOf([], FOCUS_COLUMNS)).toBe(`${FOCUS_COLUMNS.join(',')}\r\n`);
  const [head, first] = csvOf(rows, FOCUS_COLUMNS).split('\r\n');
  expect(head).toBe(FOCUS_COLUMNS.join(','));
  expect(first).toContain(',"Stored secrets, tier 1: 0.400000 USD for 1 Secret-Months",');
  expect(csvOf([{ a: 'say "x"\n', b: null }], ['a', 'b'])).toBe('a,b\r\n"say ""x""\n",\r\n');
});
