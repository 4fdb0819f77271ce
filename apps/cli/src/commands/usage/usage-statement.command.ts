import type { Statement, StatementLine } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { PRODUCT_NAMES } from '@strongroom/usage-export';
import type { Cli } from '../../cli';
import type { Columns } from '../../output/printer';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { readPriceListOf } from './price-list-input';
import { type AccountOption, type MonthOption, withAccount, withMonth } from './usage-options';

interface StatementOptions extends AccountOption, MonthOption {
  whatIf?: string;
}

const columns: Columns<StatementLine> = {
  PRODUCT: ({ product }) => PRODUCT_NAMES[product],
  FROM: ({ firstDay }) => firstDay,
  TO: ({ lastDay }) => lastDay,
  TIER: ({ tier }) => tier,
  QUANTITY: ({ pricedQuantity }) => pricedQuantity,
  PRICE: ({ unitAmount, per }) => (per === 1 ? unitAmount : `${unitAmount} per ${per}`),
  AMOUNT: ({ amount }) => amount,
};

export const addUsageStatement: AddCommand = (program, cli) => {
  withAccount(withMonth(program.command('statement')))
    .description('what a month costs: as it was closed, or so far')
    .option('--what-if <file>', 'compute it with the price list of this YAML file instead; - is standard input')
    .addHelpText(
      'after',
      examples('usage statement', 'usage statement --month 2026-03', 'usage statement --month 2026-03 --what-if prices.yaml'),
    )
    .action(async ({ whatIf, ...options }: StatementOptions) => {
      const statement = await statementOf(cli, options, whatIf);
      cli.printer.rows(statement.lines, columns, statement);
      if (cli.printer.isStructured) return;
      const { currency, total, closed, freeTrialCredit, freeTrialEnd, month } = statement;
      cli.printer.note(`${month}, account ${statement.accountId}: ${total} ${currency}${closed ? '' : whatIf ? '' : ' so far'}.`);
      if (Number(freeTrialCredit) > 0) {
        cli.printer.note(`The free trial, which lasts until the end of ${freeTrialEnd}, saved ${freeTrialCredit} ${currency}.`);
      }
    });
};

export const statementOf = async (
  cli: Cli,
  { month, account }: AccountOption & MonthOption,
  whatIf?: string,
): Promise<Statement> => {
  const priceList = whatIf === undefined ? undefined : await readPriceListOf(cli, whatIf);
  const { usage } = await cli.strongroom();
  const { statement } = await usage.getStatement({ month, accountId: account, priceList }, { signal: cli.signal });
  return statement!;
};
