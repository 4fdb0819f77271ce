import type { Micros } from './money';

/** What is charged for. Months are prorated by the hour: their quantities are hours. */
export const PRODUCTS = ['secret-months', 'secret-calls', 'key-months', 'key-calls'] as const;

export type Product = (typeof PRODUCTS)[number];

export const isByTheMonth = (product: Product): boolean => product === 'secret-months' || product === 'key-months';

export interface PriceTier {
  /** How much of the month's quantity, in months or calls, is in the tiers up to this one; undefined: all the rest. */
  readonly upTo?: bigint;
  readonly amount: Micros;
}

export interface Price {
  readonly product: Product;
  /** The first day of this price. */
  readonly from: number;
  /** What the tiers' amounts are for, such as 10,000 calls. */
  readonly per: number;
  /** At least one; only the last has no `upTo`. */
  readonly tiers: readonly PriceTier[];
}

export interface PriceList {
  /** ISO 4217. */
  readonly currency: string;
  readonly freeTrialDays: number;
  /** In the order of products and days. */
  readonly prices: readonly Price[];
}

/** The first tier that costs something, of the price on this day: what one more unit costs whoever is past what is free. */
export function unitPrice({ prices }: PriceList, product: Product, day: number): { amount: Micros; per: number } {
  const price = prices.filter((one) => one.product === product && one.from <= day).at(-1);
  const amount = price?.tiers.find((tier) => tier.amount > 0n)?.amount ?? 0n;
  return { amount, per: price?.per ?? 1 };
}
