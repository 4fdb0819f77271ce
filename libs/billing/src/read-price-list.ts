import { invalidParameter } from '@strongroom/errors';
import { parseDay } from './calendar';
import { parseAmount } from './money';
import { type Price, type PriceList, type PriceTier, type Product, PRODUCTS } from './price-list';

/** A price list as people write it. Numbers are texts of digits, so that no reader makes floating-point numbers of them. */
export interface RawPriceList {
  currency: string;
  freeTrialDays: string;
  prices: readonly {
    product: string;
    from: string;
    /** Empty: 1. */
    per: string;
    /** An empty `upTo` or 0: all the rest. */
    tiers: readonly { upTo: string; amount: string }[];
  }[];
}

const MAX_PRICES = 100;
const MAX_TIERS = 10;
const MAX_PER = 1_000_000;
const MAX_TRIAL_DAYS = 366;
const MAX_UP_TO = 10n ** 15n;

/** @throws InvalidParameterException that names the field and the rule */
export function readPriceList(raw: RawPriceList): PriceList {
  if (!/^[A-Z]{3}$/.test(raw.currency)) throw invalidParameter('Currency must have three capital letters, as in ISO 4217.');
  if (raw.prices.length < 1 || raw.prices.length > MAX_PRICES)
    throw invalidParameter(`Prices must have 1 to ${MAX_PRICES} items.`);
  const prices = raw.prices.map((price, index) => readPrice(price, `Prices[${index}]`));
  prices.sort((one, other) => PRODUCTS.indexOf(one.product) - PRODUCTS.indexOf(other.product) || one.from - other.from);
  const twice = prices.find(
    ({ product, from }, index) => prices[index - 1]?.product === product && prices[index - 1]?.from === from,
  );
  if (twice) throw invalidParameter(`Prices must not have two of ${twice.product} from the same day.`);
  return {
    currency: raw.currency,
    freeTrialDays: Number(wholeNumber(raw.freeTrialDays, 'FreeTrialDays', 0n, BigInt(MAX_TRIAL_DAYS))),
    prices,
  };
}

function readPrice({ product, from, per, tiers }: RawPriceList['prices'][number], field: string): Price {
  if (!PRODUCTS.includes(product as Product)) throw invalidParameter(`${field}.Product must be one of ${PRODUCTS.join(', ')}.`);
  const day = parseDay(from);
  if (day === undefined) throw invalidParameter(`${field}.From must be a day, YYYY-MM-DD, of the years 2000 to 9998.`);
  if (tiers.length < 1 || tiers.length > MAX_TIERS) throw invalidParameter(`${field}.Tiers must have 1 to ${MAX_TIERS} items.`);
  return {
    product: product as Product,
    from: day,
    per: per === '' ? 1 : Number(wholeNumber(per, `${field}.Per`, 1n, BigInt(MAX_PER))),
    tiers: readTiers(tiers, field),
  };
}

function readTiers(raw: readonly { upTo: string; amount: string }[], field: string): PriceTier[] {
  let below = 0n;
  return raw.map(({ upTo, amount: text }, index) => {
    const name = `${field}.Tiers[${index}]`;
    const amount = parseAmount(text);
    if (amount === undefined) {
      throw invalidParameter(`${name}.Amount must be a decimal with at most 9 digits before the point and 6 after it.`);
    }
    const isLast = index === raw.length - 1;
    const isOpen = upTo === '' || upTo === '0';
    if (isLast !== isOpen) throw invalidParameter(`${name}.UpTo must be given in all tiers but the last.`);
    if (isOpen) return { amount };
    below = wholeNumber(upTo, `${name}.UpTo`, below + 1n, MAX_UP_TO);
    return { upTo: below, amount };
  });
}

function wholeNumber(text: string, field: string, min: bigint, max: bigint): bigint {
  const value = /^\d{1,16}$/.test(text) ? BigInt(text) : undefined;
  if (value === undefined || value < min || value > max)
    throw invalidParameter(`${field} must be a whole number from ${min} to ${max}.`);
  return value;
}
