import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { addUsageBudget } from './usage-budget.command';
import { addUsageExport } from './usage-export.command';
import { addUsagePrices } from './usage-prices.command';
import { addUsageReport } from './usage-report.command';
import { addUsagePollers, addUsageUnused } from './usage-savings.command';
import { addUsageStatement } from './usage-statement.command';

export const addUsage: AddCommand = (program, cli, setExitCode) => {
  const command = program
    .command('usage')
    .description('what is used, what it costs, and what could be saved')
    .addHelpText(
      'after',
      examples(
        'usage report --by secret,principal --since 7d',
        'usage statement --month 2026-03',
        'usage pollers',
        'usage unused --days 90',
        'usage export --month 2026-03 --format focus > march.csv',
      ),
    );
  addUsageReport(command, cli, setExitCode);
  addUsageStatement(command, cli, setExitCode);
  addUsagePollers(command, cli, setExitCode);
  addUsageUnused(command, cli, setExitCode);
  addUsageExport(command, cli, setExitCode);
  addUsagePrices(command, cli, setExitCode);
  addUsageBudget(command, cli, setExitCode);
};
