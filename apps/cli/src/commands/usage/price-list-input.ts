import { dayText, formatAmount, type Product as ProductName, readPriceListText } from '@strongroom/billing';
import { type PriceList, Product } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { isDomainError } from '@strongroom/errors';
import type { Cli } from '../../cli';
import { usageError } from '../../cli-error';
import { readValue } from '../../terminal/read-input';

const MAX_BYTES = 400_000;

const PRODUCTS: Readonly<Record<ProductName, Product>> = {
  'secret-months': Product.SECRET_MONTHS,
  'secret-calls': Product.SECRET_CALLS,
  'key-months': Product.KEY_MONTHS,
  'key-calls': Product.KEY_CALLS,
};

/** The price list in a YAML file; - is standard input. @throws CliError that names what is wrong with it */
export const readPriceListOf = async ({ terminal }: Cli, file: string): Promise<PriceList> => {
  const text = (await readValue(terminal, { file, prompt: 'Price list:', limit: MAX_BYTES })).toString();
  try {
    const { currency, freeTrialDays, prices } = readPriceListText(text);
    return {
      currency,
      freeTrialDays,
      prices: prices.map(({ product, from, per, tiers }) => ({
        product: PRODUCTS[product],
        from: dayText(from),
        per,
        tiers: tiers.map(({ upTo = 0n, amount }) => ({ upTo, amount: formatAmount(amount) })),
      })),
    };
  } catch (error) {
    throw isDomainError(error) ? usageError(`${file}: ${error.message}`) : error;
  }
};
