import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { integer } from '../options';
import { type AccountOption, withAccount } from './usage-options';

interface DaysOptions extends AccountOption {
  days?: number;
  limit: number;
}

const MAX_LIMIT = 100_000;
const PAGE = 1_000;

/** At most so many of a list. */
const first = async <T>(list: AsyncIterable<T>, limit: number): Promise<T[]> => {
  const items: T[] = [];
  for await (const item of list) if (items.push(item) >= limit) break;
  return items;
};

export const addUsagePollers: AddCommand = (program, cli) => {
  withAccount(program.command('pollers'))
    .description('who reads the same version of a secret again and again, and what a cache or push would save')
    .option('--days <count>', 'how far to look back', integer(1, 35), 30)
    .option('-n, --limit <count>', 'the most rows', integer(1, MAX_LIMIT), 100)
    .addHelpText('after', examples('usage pollers', 'usage pollers --days 7 --output json'))
    .action(async ({ days, limit, account }: DaysOptions) => {
      const { usage } = await cli.strongroom();
      const request = { days, accountId: account, maxResults: Math.min(limit, PAGE) };
      const pollers = await first(usage.listPollers(request, { signal: cli.signal }), limit);
      cli.printer.rows(pollers, {
        PRINCIPAL: ({ principal }) => principal,
        SECRET: ({ secret }) => secret,
        READS: ({ reads }) => Number(reads),
        REPEATED: ({ repeatedReads }) => Number(repeatedReads),
        'CACHE SAVES': ({ savedByCache, currency }) => `${savedByCache} ${currency}`,
        'PUSH SAVES': ({ savedByPush, currency }) => `${savedByPush} ${currency}`,
      });
    });
};

export const addUsageUnused: AddCommand = (program, cli) => {
  withAccount(program.command('unused'))
    .description('secrets that nobody has read for a while, and what they cost a month')
    .option('--days <count>', 'how long nobody has read them', integer(1, 3_650), 90)
    .option('-n, --limit <count>', 'the most rows', integer(1, MAX_LIMIT), 1_000)
    .addHelpText('after', examples('usage unused', 'usage unused --days 365'))
    .action(async ({ days, limit, account }: DaysOptions) => {
      const { usage } = await cli.strongroom();
      const request = { days, accountId: account, maxResults: Math.min(limit, PAGE) };
      const secrets = await first(usage.listUnusedSecrets(request, { signal: cli.signal }), limit);
      cli.printer.rows(secrets, {
        SECRET: ({ secret }) => secret,
        CREATED: ({ createdAt }) => createdAt?.toISOString().slice(0, 10),
        'LAST READ': ({ lastReadAt }) => lastReadAt?.toISOString().slice(0, 10) ?? 'never',
        'A MONTH': ({ monthlyCost, currency }) => `${monthlyCost} ${currency}`,
      });
    });
};
