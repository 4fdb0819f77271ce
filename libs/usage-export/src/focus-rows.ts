import { nextMonth } from '@strongroom/billing';
import { DAY } from '@strongroom/clock';
import { Product, type Statement, type StatementLine } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { PRODUCT_NAMES } from './product-names';

const PROVIDER = 'Strongroom';

const SERVICES: Readonly<Partial<Record<Product, { service: string; meter: string; consumed: string }>>> = {
  [Product.SECRET_MONTHS]: { service: 'Secrets', meter: 'Stored secrets', consumed: 'Secret-Hours' },
  [Product.SECRET_CALLS]: { service: 'Secrets', meter: 'API calls', consumed: 'Requests' },
  [Product.KEY_MONTHS]: { service: 'Keys', meter: 'Stored keys', consumed: 'Key-Hours' },
  [Product.KEY_CALLS]: { service: 'Keys', meter: 'API calls', consumed: 'Requests' },
};

/** Every mandatory column of FOCUS 1.2, and those conditional and recommended ones that mean something here. */
export const FOCUS_COLUMNS = [
  'BilledCost',
  'BillingAccountId',
  'BillingAccountName',
  'BillingAccountType',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargeClass',
  'ChargeDescription',
  'ChargeFrequency',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'ConsumedQuantity',
  'ConsumedUnit',
  'ContractedCost',
  'ContractedUnitPrice',
  'EffectiveCost',
  'InvoiceId',
  'InvoiceIssuerName',
  'ListCost',
  'ListUnitPrice',
  'PricingCategory',
  'PricingQuantity',
  'PricingUnit',
  'ProviderName',
  'PublisherName',
  'RegionId',
  'RegionName',
  'ServiceCategory',
  'ServiceName',
  'ServiceSubcategory',
  'SkuId',
  'SkuMeter',
  'SkuPriceDetails',
  'SkuPriceId',
  'SubAccountId',
  'SubAccountName',
  'SubAccountType',
  'Tags',
] as const;

export type FocusRow = Record<(typeof FOCUS_COLUMNS)[number], string | null>;

/**
 * The lines of a statement as rows of FOCUS 1.2. There are no negotiated prices, commitments or amortised purchases, so all four
 * costs are the same.
 */
export const focusRows = (statement: Statement): FocusRow[] => statement.lines.map((line) => rowOf(statement, line));

function rowOf(statement: Statement, line: StatementLine): FocusRow {
  const { accountId, month, currency, region } = statement;
  const { service, meter, consumed } = SERVICES[line.product]!;
  const unit = consumed === 'Requests' ? consumed : consumed.replace('Hours', 'Months');
  const pricingUnit = line.per === 1 ? unit : `${line.per} ${unit}`;
  return {
    BilledCost: line.amount,
    BillingAccountId: accountId,
    BillingAccountName: accountId,
    BillingAccountType: 'Account',
    BillingCurrency: currency,
    BillingPeriodEnd: midnight(`${nextMonth(month)}-01`),
    BillingPeriodStart: midnight(`${month}-01`),
    ChargeCategory: 'Usage',
    ChargeClass: null,
    ChargeDescription: `${meter}, tier ${line.tier}: ${line.unitAmount} ${currency} for ${line.per} ${unit}`,
    ChargeFrequency: 'Usage-Based',
    ChargePeriodEnd: midnight(line.lastDay, 1),
    ChargePeriodStart: midnight(line.firstDay),
    ConsumedQuantity: `${line.quantity}.0`,
    ConsumedUnit: consumed,
    ContractedCost: line.amount,
    ContractedUnitPrice: line.unitAmount,
    EffectiveCost: line.amount,
    InvoiceId: null,
    InvoiceIssuerName: PROVIDER,
    ListCost: line.amount,
    ListUnitPrice: line.unitAmount,
    PricingCategory: 'Standard',
    PricingQuantity: quotient(line.pricedQuantity, line.per),
    PricingUnit: pricingUnit,
    ProviderName: PROVIDER,
    PublisherName: PROVIDER,
    RegionId: region,
    RegionName: region,
    ServiceCategory: 'Security',
    ServiceName: service,
    ServiceSubcategory: 'Secret Management',
    SkuId: PRODUCT_NAMES[line.product],
    SkuMeter: meter,
    SkuPriceDetails: null,
    SkuPriceId: priceIdOf(statement, line),
    SubAccountId: accountId,
    SubAccountName: accountId,
    SubAccountType: 'Account',
    Tags: '{}',
  };
}

/** The same for a price in every month. */
function priceIdOf({ priceList }: Statement, { product, firstDay, tier }: StatementLine): string {
  const days = (priceList?.prices ?? []).filter((price) => price.product === product).map(({ from }) => from);
  const from =
    days
      .filter((day) => day <= firstDay)
      .sort()
      .at(-1) ?? firstDay;
  return `${PRODUCT_NAMES[product]}/${from}/tier-${tier}`;
}

/** The beginning of a day, or of a later one, as FOCUS writes times. */
const midnight = (day: string, later = 0): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + later * DAY).toISOString().replace('.000Z', 'Z');

/** A quantity divided by the number of units that a price is for, with 10 digits after the point. */
function quotient(text: string, divisor: number): string {
  const [whole = '0', fraction = ''] = text.split('.');
  const scaled = (2n * BigInt(whole + fraction.padEnd(10, '0'))) / BigInt(divisor);
  const digits = ((scaled + 1n) / 2n).toString().padStart(11, '0');
  return `${digits.slice(0, -10)}.${digits.slice(-10)}`;
}
