import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { integer } from '../options';

interface PutOptions {
  threshold: number;
}

export const addUsageBudget: AddCommand = (program, cli) => {
  const budget = program
    .command('budget')
    .description('budgets: an event in the trail says when a month reaches one')
    .addHelpText('after', examples('usage budget put team 100 --threshold 80', 'usage budget ls', 'usage budget rm team'));
  budget
    .command('put')
    .description('create or replace a budget')
    .argument('<name>', '1 to 64 letters, digits, or characters of _.-')
    .argument('<amount>', "what a month may cost, in the price list's currency")
    .option('--threshold <percent>', 'at which share of it the event is written', integer(1, 1_000), 100)
    .addHelpText('after', examples('usage budget put team 100 --threshold 80'))
    .action(async (budgetName: string, amount: string, { threshold }: PutOptions) => {
      const { usage } = await cli.strongroom();
      await usage.putBudget({ budgetName, amount, thresholdPercent: threshold }, { signal: cli.signal });
      cli.printer.done(`Stored the budget ${budgetName}.`, { budgetName, amount, thresholdPercent: threshold });
    });
  budget
    .command('ls')
    .description('list budgets, with what this month has cost so far')
    .addHelpText('after', examples('usage budget ls'))
    .action(async () => {
      const { usage } = await cli.strongroom();
      cli.printer.rows(await usage.listBudgets({}, { signal: cli.signal }).all(), {
        NAME: ({ budgetName }) => budgetName,
        AMOUNT: ({ amount, currency }) => `${amount} ${currency}`,
        THRESHOLD: ({ thresholdPercent }) => `${thresholdPercent} %`,
        SPENT: ({ spent, currency }) => `${spent} ${currency}`,
        REACHED: ({ reachedMonth }) => reachedMonth,
      });
    });
  budget
    .command('rm')
    .description('remove a budget')
    .argument('<name>', 'of the budget')
    .addHelpText('after', examples('usage budget rm team'))
    .action(async (budgetName: string) => {
      const { usage } = await cli.strongroom();
      await usage.deleteBudget({ budgetName }, { signal: cli.signal });
      cli.printer.done(`Removed the budget ${budgetName}.`, { budgetName });
    });
};
