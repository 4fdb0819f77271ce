import { readFileSync } from 'node:fs';
import { AWS_PRICES, type PriceList, readPriceListText } from '@strongroom/billing';
import { ConfigError } from '@strongroom/config';

const VARIABLE = 'STRONGROOM_USAGE_PRICE_LIST_FILE';

/** The operator's price list, or AWS's public prices. @throws ConfigError */
export function readPriceListFile(file: string | undefined): PriceList {
  if (file === undefined) return AWS_PRICES;
  try {
    return readPriceListText(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigError([`${VARIABLE}: ${(error as Error).message}`]);
  }
}
