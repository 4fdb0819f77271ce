import type { Price } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { PRODUCT_NAMES } from '@strongroom/usage-export';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { readPriceListOf } from './price-list-input';

export const addUsagePrices: AddCommand = (program, cli) => {
  const prices = program
    .command('prices')
    .description('the price list that statements are computed with')
    .addHelpText('after', examples('usage prices get', 'usage prices put prices.yaml'));
  prices
    .command('get')
    .description('print the price list in force')
    .addHelpText('after', examples('usage prices get', 'usage prices get --output yaml'))
    .action(async () => {
      const { usage } = await cli.strongroom();
      const { priceList, putAt } = await usage.getPriceList({}, { signal: cli.signal });
      const { currency, freeTrialDays, prices: rows } = priceList!;
      cli.printer.rows(
        rows,
        { PRODUCT: ({ product }) => PRODUCT_NAMES[product], FROM: ({ from }) => from, PRICE: describe },
        priceList,
      );
      if (cli.printer.isStructured) return;
      const since = putAt ? `put ${putAt.toISOString()}` : 'the default';
      cli.printer.note(`In ${currency}; a free trial of ${freeTrialDays} days; ${since}.`);
    });
  prices
    .command('put')
    .description('replace the price list; closed months stay as they are')
    .argument('<file>', 'YAML; - is standard input')
    .addHelpText('after', examples('usage prices put prices.yaml'))
    .action(async (file: string) => {
      const priceList = await readPriceListOf(cli, file);
      const { usage } = await cli.strongroom();
      await usage.putPriceList({ priceList }, { signal: cli.signal });
      cli.printer.done('Stored the price list.', { currency: priceList.currency });
    });
};

const describe = ({ tiers, per }: Price): string =>
  tiers
    .map(({ upTo, amount }) => `${amount}${per === 1 ? '' : ` per ${per}`}${upTo === 0n ? '' : ` up to ${upTo}`}`)
    .join(', then ');
