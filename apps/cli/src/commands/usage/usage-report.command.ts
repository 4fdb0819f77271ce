import { Granularity, type UsageRow } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { Option } from 'commander';
import type { Columns } from '../../output/printer';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { parseMoment } from '../../options/moment';
import { type Group, type Grouping, GROUPS, parseGroups } from './usage-groups';
import { type AccountOption, withAccount } from './usage-options';

const PERIODS = { hour: Granularity.HOUR, day: Granularity.DAY, month: Granularity.MONTH };

interface ReportOptions extends AccountOption {
  by: Grouping;
  per: keyof typeof PERIODS;
  since?: Date;
  until?: Date;
  principal?: string;
  secret?: string;
  operation?: string;
  allAccounts?: boolean;
}

const SHOWN: Readonly<Record<Group, Columns<UsageRow>>> = {
  account: { ACCOUNT: ({ accountId }) => accountId },
  principal: { PRINCIPAL: ({ principal }) => principal },
  secret: { SECRET: ({ secret }) => secret },
  operation: { OPERATION: ({ operation }) => operation },
  tag: { TAG: ({ tag }) => tag },
};
const COUNTERS: Columns<UsageRow> = {
  CALLS: ({ counters }) => Number(counters?.calls ?? 0n),
  FAILED: ({ counters }) => Number(counters?.failedCalls ?? 0n),
  BILLED: ({ counters }) => Number(counters?.billedCalls ?? 0n),
  REPEATED: ({ counters }) => Number(counters?.repeatedReads ?? 0n),
};

export const addUsageReport: AddCommand = (program, cli) => {
  withAccount(program.command('report'))
    .description('count calls by account, principal, secret, operation, or a tag of secrets')
    .addOption(
      new Option('--by <groups>', 'account, principal, secret, operation, tag:KEY; several with commas')
        .argParser(parseGroups)
        .default({ groups: ['operation'] } satisfies Grouping, 'operation'),
    )
    .addOption(new Option('--per <period>', 'the length of a row').choices(Object.keys(PERIODS)).default('day'))
    .option('--since <time>', 'an age such as 7d, or a time; default: the beginning of the month', (text) => parseMoment(text))
    .option('--until <time>', 'the same; default: now', (text) => parseMoment(text))
    .option('--principal <arn>', 'only calls of this user or role')
    .option('--secret <arn>', 'only calls about this secret')
    .option('--operation <name>', 'only these calls, such as secretsmanager:GetSecretValue')
    .option('--all-accounts', 'every account; only for the account that the cluster started with')
    .addHelpText(
      'after',
      '\nHours are kept for 3 days, days for 35, months for 25. REPEATED are reads that gave what the reader had read before.\n',
    )
    .addHelpText(
      'after',
      examples(
        'usage report',
        'usage report --by secret,principal --since 7d',
        'usage report --by operation,tag:team --per month',
        'usage report --per hour --since 1d --output json',
      ),
    )
    .action(async ({ by, per, since, until, account, allAccounts, ...filter }: ReportOptions) => {
      const { usage } = await cli.strongroom();
      const request = {
        startTime: since,
        endTime: until,
        granularity: PERIODS[per],
        groupBy: by.groups.map((group) => GROUPS[group]),
        tagKey: by.tagKey,
        filter: { principal: filter.principal, secret: filter.secret, operation: filter.operation },
        accountId: account,
        allAccounts,
        maxResults: 1_000,
      };
      const rows: UsageRow[] = [];
      for (let nextToken = ''; ;) {
        const page = await usage.getUsage({ ...request, nextToken }, { signal: cli.signal });
        rows.push(...page.rows);
        if (!(nextToken = page.nextToken)) break;
      }
      const length = { hour: 16, day: 10, month: 7 }[per];
      const columns: Columns<UsageRow> = {
        TIME: ({ startTime }) => startTime?.toISOString().slice(0, length),
        ...Object.fromEntries(by.groups.flatMap((group) => Object.entries(SHOWN[group]))),
        ...COUNTERS,
      };
      cli.printer.rows(rows, columns);
    });
};
