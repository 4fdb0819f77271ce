import type { PriceList } from './price-list';
import { readPriceList } from './read-price-list';

/** What AWS charges in most of its regions, by its public pages. */
export const AWS_PRICES: PriceList = readPriceList({
  currency: 'USD',
  freeTrialDays: '30',
  prices: [
    { product: 'secret-months', from: '2018-04-04', per: '1', tiers: [{ upTo: '', amount: '0.40' }] },
    { product: 'secret-calls', from: '2018-04-04', per: '10000', tiers: [{ upTo: '', amount: '0.05' }] },
    { product: 'key-months', from: '2014-11-12', per: '1', tiers: [{ upTo: '', amount: '1.00' }] },
    {
      product: 'key-calls',
      from: '2014-11-12',
      per: '10000',
      tiers: [
        { upTo: '20000', amount: '0' },
        { upTo: '', amount: '0.03' },
      ],
    },
  ],
});
