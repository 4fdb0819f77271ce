import type { Statement } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { Option } from 'commander';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { csvOf } from './csv';
import { FOCUS_COLUMNS, focusRows } from './focus-rows';
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
      const text = format === 'focus' ? csvOf(focusRows(statement), FOCUS_COLUMNS) : csvOf(plainRows(statement), COLUMNS);
      cli.printer.raw(text);
      const { closed, month } = statement;
      if (!closed) cli.printer.note(`${month} is not closed: this is what it has cost so far.`);
    });
};

const COLUMNS = [
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
] as const;

const plainRows = ({ accountId, month, closed, currency, lines }: Statement): Record<(typeof COLUMNS)[number], string>[] =>
  lines.map((line) => ({
    account: accountId,
    month,
    closed: String(closed),
    product: PRODUCT_NAMES[line.product],
    first_day: line.firstDay,
    last_day: line.lastDay,
    tier: String(line.tier),
    quantity: line.pricedQuantity,
    unit_amount: line.unitAmount,
    per: String(line.per),
    amount: line.amount,
    currency,
  }));
