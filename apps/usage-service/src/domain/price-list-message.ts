import { dayText, formatAmount, type PriceList, type Product, readPriceList } from '@strongroom/billing';
import { type PriceList as PriceListMessage, Product as ProductMessage } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { invalidParameter } from '@strongroom/errors';

export const PRODUCT_MESSAGES: Readonly<Record<Product, ProductMessage>> = {
  'secret-months': ProductMessage.SECRET_MONTHS,
  'secret-calls': ProductMessage.SECRET_CALLS,
  'key-months': ProductMessage.KEY_MONTHS,
  'key-calls': ProductMessage.KEY_CALLS,
};

const productOf = (message: ProductMessage): string =>
  Object.entries(PRODUCT_MESSAGES).find(([, value]) => value === message)?.[0] ?? '';

/** @throws InvalidParameterException that names the field and the rule */
export function fromPriceListMessage(message: PriceListMessage | undefined): PriceList {
  if (!message) throw invalidParameter('You must provide PriceList.');
  return readPriceList({
    currency: message.currency,
    freeTrialDays: String(message.freeTrialDays),
    prices: message.prices.map(({ product, from, per, tiers }) => ({
      product: productOf(product),
      from,
      per: per === 0 ? '' : String(per),
      tiers: tiers.map(({ upTo, amount }) => ({ upTo: String(upTo), amount })),
    })),
  });
}

export const toPriceListMessage = ({ currency, freeTrialDays, prices }: PriceList): PriceListMessage => ({
  currency,
  freeTrialDays,
  prices: prices.map(({ product, from, per, tiers }) => ({
    product: PRODUCT_MESSAGES[product],
    from: dayText(from),
    per,
    tiers: tiers.map(({ upTo = 0n, amount }) => ({ upTo, amount: formatAmount(amount) })),
  })),
});
