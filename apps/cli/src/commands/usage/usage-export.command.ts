import { STATEMENT_FORMATS, type StatementFormat, statementFile } from '@strongroom/usage-export';
import { Option } from 'commander';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { type AccountOption, type MonthOption, withAccount, withMonth } from './usage-options';
import { statementOf } from './usage-statement.command';

interface ExportOptions extends AccountOption, MonthOption {
  format: StatementFormat;
}

export const addUsageExport: AddCommand = (program, cli) => {
  withAccount(withMonth(program.command('export')))
    .description('write the statement of a month as CSV, or as FOCUS 1.2 for FinOps tools')
    .addOption(new Option('--format <format>', 'the columns').choices(STATEMENT_FORMATS).default('csv'))
    .addHelpText(
      'after',
      examples('usage export --month 2026-03 > march.csv', 'usage export --month 2026-03 --format focus > march-focus.csv'),
    )
    .action(async ({ format, ...options }: ExportOptions) => {
      const statement = await statementOf(cli, options);
      cli.printer.raw(statementFile(statement, format));
      const { closed, month } = statement;
      if (!closed) cli.printer.note(`${month} is not closed: this is what it has cost so far.`);
    });
};
