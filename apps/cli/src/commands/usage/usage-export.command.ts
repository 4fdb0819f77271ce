import { Option } from 'commander';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { csvOf } from './csv';
import { focusRows } from './focus-rows';
import { PRODUCT_NAMES } from './product-names';
import { type AccountOption, type MonthOption, withAccount, withMonth } from './usage-options';
import { statementOf } from './usage-statement.command';

interface ExportOptions extends AccountOption, MonthOption {
  format: 'csv' | 'focus';
}

export const addUsageExport: AddCommand = (program, cli) => {
  withAccount(withMonth(program.command('export')))
    .description('write the statement of a month as CSV, or as FOCUS 1.2 for FinOps tools')
    .addOption(new Option('--format <format>', 'the columns').choices(['csv', 'focus']).default('csv'))
    .addHelpText(
      'after',
      examples('usage export --month 2026-03 > march.csv', 'usage export --month 2026-03 --format focus > march-focus.csv'),
    )
    .action(async ({ format, ...options }: ExportOptions) => {
      const statement = await statementOf(cli, options);
      if (format === 'focus') return cli.printer.raw(csvOf(focusRows(statement)));
      const { accountId, month, currency, closed } = statement;
      cli.printer.raw(
        csvOf(
          statement.lines.map(({ product, ...line }) => ({
            account: accountId,
            month,
            closed: String(closed),
            product: PRODUCT_NAMES[product],
            first_day: line.firstDay,
            last_day: line.lastDay,
            tier: String(line.tier),
            quantity: line.pricedQuantity,
            unit_amount: line.unitAmount,
            per: String(line.per),
            amount: line.amount,
            currency,
          })),
          [
            'account',
            'month',
            'closed',
            'product',
            'first_day',
            'last_day',
            'tier',
            'quantity',
            'unit_amount',
            'per',
            'amount',
            'currency',
          ],
        ),
      );
      if (!closed) cli.printer.note(`${month} is not closed: this is what it has cost so far.`);
    });
};
