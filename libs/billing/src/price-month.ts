import { daysOfMonth, firstDayOf, lastDayOf } from './calendar';
import { divided, type Micros } from './money';
import { isByTheMonth, type Price, type PriceList, type Product, PRODUCTS } from './price-list';

/** What an account used on one day. */
export interface DayQuantity {
  readonly day: number;
  readonly product: Product;
  /** In hours of secrets and keys, or in calls. */
  readonly quantity: bigint;
}

export interface MonthOfUsage {
  /** YYYY-MM. */
  readonly month: string;
  /** At most one for a day and a product; days of other months do not count. */
  readonly quantities: readonly DayQuantity[];
  /** Of the account's first secret, from which on the free trial lasts; undefined if it never had one. */
  readonly firstSecretDay?: number;
}

/** One product at one price in one tier. */
export interface StatementLine {
  readonly product: Product;
  /** Of this price in this month, inclusive. */
  readonly firstDay: number;
  readonly lastDay: number;
  /** In hours of secrets and keys, or in calls; more than 0. */
  readonly quantity: bigint;
  readonly unitAmount: Micros;
  readonly per: number;
  /** From 1. */
  readonly tier: number;
  readonly amount: Micros;
}

export interface PricedMonth {
  /** In the order of products, prices and tiers. */
  readonly lines: readonly StatementLine[];
  /** The sum of the lines. */
  readonly total: Micros;
  /** What the month would have cost in addition without the free trial. */
  readonly freeTrialCredit: Micros;
  /** The last day that is free. */
  readonly freeTrialEnd?: number;
}

/**
 * What a month costs. Each line is the exact product of quantity and price, rounded once to a millionth; the total is the sum of
 * what the lines say. A tier is filled in the order of the days, across a change of the price. Days of the free trial are free as
 * a whole, and fill no tier.
 */
export function priceMonth({ month, quantities, firstSecretDay }: MonthOfUsage, prices: PriceList): PricedMonth {
  const [first, last] = [firstDayOf(month), lastDayOf(month)];
  const ofMonth = quantities.filter(({ day, quantity }) => day >= first && day <= last && quantity > 0n);
  const freeTrialEnd = trialEnd(firstSecretDay, prices);
  const isFree = (day: number) => freeTrialEnd !== undefined && day >= firstSecretDay! && day <= freeTrialEnd;
  const lines = linesOf(
    month,
    ofMonth.filter(({ day }) => !isFree(day)),
    prices,
  );
  const total = totalOf(lines);
  const freeTrialCredit = ofMonth.some(({ day }) => isFree(day)) ? totalOf(linesOf(month, ofMonth, prices)) - total : 0n;
  return { lines, total, freeTrialCredit, freeTrialEnd };
}

/** The day on which the trial's days end is free as a whole. */
const trialEnd = (firstSecretDay: number | undefined, { freeTrialDays }: PriceList): number | undefined =>
  firstSecretDay === undefined || freeTrialDays === 0 ? undefined : firstSecretDay + freeTrialDays;

const totalOf = (lines: readonly StatementLine[]): Micros => lines.reduce((sum, { amount }) => sum + amount, 0n);

function linesOf(month: string, quantities: readonly DayQuantity[], { prices }: PriceList): StatementLine[] {
  return PRODUCTS.flatMap((product) =>
    linesOfProduct(
      month,
      quantities.filter((one) => one.product === product).sort((one, other) => one.day - other.day),
      prices.filter((one) => one.product === product),
    ),
  );
}

function linesOfProduct(month: string, quantities: readonly DayQuantity[], prices: readonly Price[]): StatementLine[] {
  /** For each price, what fell into each tier. */
  const filled = new Map<Price, bigint[]>();
  let used = 0n;
  for (const { day, quantity } of quantities) {
    const price = prices.filter(({ from }) => from <= day).at(-1);
    if (price) {
      const sums = filled.get(price) ?? price.tiers.map(() => 0n);
      filled.set(price, sums);
      for (const [tier, part] of intoTiers(price, month, used, quantity).entries()) sums[tier]! += part;
    }
    used += quantity;
  }
  return [...filled].flatMap(([price, sums]) => {
    const next = prices[prices.indexOf(price) + 1];
    return sums.flatMap((quantity, tier) => (quantity === 0n ? [] : [lineOf(month, price, next, tier, quantity)]));
  });
}

/** How much of a quantity that comes after `used` falls into each tier. */
function intoTiers({ product, tiers }: Price, month: string, used: bigint, quantity: bigint): bigint[] {
  const unit = hoursIn(product, month);
  let rest = quantity;
  let from = used;
  return tiers.map(({ upTo }) => {
    const room = upTo === undefined ? rest : upTo * unit - from;
    const part = room <= 0n ? 0n : room < rest ? room : rest;
    rest -= part;
    from += part;
    return part;
  });
}

function lineOf(month: string, price: Price, next: Price | undefined, tier: number, quantity: bigint): StatementLine {
  const { product, from, per, tiers } = price;
  const unitAmount = tiers[tier]!.amount;
  return {
    product,
    firstDay: Math.max(from, firstDayOf(month)),
    lastDay: Math.min(next ? next.from - 1 : Infinity, lastDayOf(month)),
    quantity,
    unitAmount,
    per,
    tier: tier + 1,
    amount: divided(quantity * unitAmount, BigInt(per) * hoursIn(product, month)),
  };
}

/** The quantities in one priced unit, before `per`: the hours of a month, or one call. */
const hoursIn = (product: Product, month: string): bigint => (isByTheMonth(product) ? BigInt(daysOfMonth(month) * 24) : 1n);
