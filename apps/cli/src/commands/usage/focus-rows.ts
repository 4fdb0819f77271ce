import { DAY } from '@strongroom/clock';
import { Product, type Statement, type StatementLine } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { PRODUCT_NAMES } from './product-names';

type Row = Record<string, string | null>;

const PROVIDER = 'Strongroom';

const SERVICES: Readonly<Partial<Record<Product, { service: string; meter: string; consumed: string }>>> = {
  [Product.SECRET_MONTHS]: { service: 'Secrets', meter: 'Stored secrets', consumed: 'Secret-Hours' },
  [Product.SECRET_CALLS]: { service: 'Secrets', meter: 'API calls', consumed: 'Requests' },
  [Product.KEY_MONTHS]: { service: 'Keys', meter: 'Stored keys', consumed: 'Key-Hours' },
  [Product.KEY_CALLS]: { service: 'Keys', meter: 'API calls', consumed: 'Requests' },
};

/** Midnight at the beginning of a day, or some days later, as FOCUS writes times. */
const instant = (day: string, later = 0): string =>
  `${new Date(Date.parse(`${day}T00:00:00Z`) + later * DAY).toISOString().slice(0, 19)}Z`;

/** `a / b` with 6 digits after the point. */
const quotient = (text: string, divisor: number): string => {
  const [whole = '0', fraction = ''] = text.split('.');
  const scaled = BigInt(whole + fraction.padEnd(6, '0'));
  const rounded = ((scaled * 2n) / BigInt(divisor) + 1n) / 2n;
  const digits = rounded.toString().padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
};

/**
 * The lines of a statement as rows of FOCUS 1.2: every mandatory column, and those conditional ones that mean something here.
 * There are no negotiated prices, commitments or amortised purchases, so all four costs are the same.
 */
export const focusRows = (statement: Statement): Row[] => statement.lines.map((line) => rowOf(statement, line));

function rowOf({ accountId, month, currency }: Statement, line: StatementLine): Row {
  const { service, meter, consumed } = SERVICES[line.product]!;
  const product = PRODUCT_NAMES[line.product];
  const isByTheMonth = consumed !== 'Requests';
  const nextMonth = instant(instant(`${month}-28`, 4).slice(0, 7) + '-01');
  const price = `${line.unitAmount} ${currency} ${line.per === 1 ? '' : `per ${line.per} calls`}`.trim();
  return {
    AvailabilityZone: null,
    BilledCost: line.amount,
    BillingAccountId: accountId,
    BillingAccountName: accountId,
    BillingAccountType: 'Account',
    BillingCurrency: currency,
    BillingPeriodEnd: nextMonth,
    BillingPeriodStart: instant(`${month}-01`),
    ChargeCategory: 'Usage',
    ChargeClass: null,
    ChargeDescription: `${meter}, tier ${line.tier}: ${price}`,
    ChargeFrequency: 'Usage-Based',
    ChargePeriodEnd: instant(line.lastDay, 1),
    ChargePeriodStart: instant(line.firstDay),
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
    PricingCurrency: currency,
    PricingCurrencyContractedUnitPrice: line.unitAmount,
    PricingCurrencyEffectiveCost: line.amount,
    PricingCurrencyListUnitPrice: line.unitAmount,
    PricingQuantity: quotient(line.pricedQuantity, line.per),
    PricingUnit: isByTheMonth ? consumed.replace('Hours', 'Months') : line.per === 1 ? 'Requests' : `${line.per} Requests`,
    ProviderName: PROVIDER,
    PublisherName: PROVIDER,
    RegionId: null,
    RegionName: null,
    ResourceId: null,
    ResourceName: null,
    ResourceType: null,
    ServiceCategory: 'Security',
    ServiceName: service,
    ServiceSubcategory: 'Secret Management',
    SkuId: product,
    SkuMeter: meter,
    SkuPriceDetails: null,
    SkuPriceId: `${product}/tier-${line.tier}/${line.firstDay}`,
    SubAccountId: accountId,
    SubAccountName: accountId,
    SubAccountType: 'Account',
    Tags: '{}',
  };
}
