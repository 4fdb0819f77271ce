import { InvalidArgumentError } from 'commander';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { eventColumns } from './event-columns';
import { type FilterOptions, filterOf, withFilter, withTimes } from './trail-filter';
import { addTrailExport } from './export/trail-export.command';
import { addTrailTail } from './trail-tail.command';
import { addTrailCheckpoint } from './trail-checkpoint.command';
import { addTrailProve } from './trail-prove.command';
import { addTrailRecords } from './trail-records.command';
import { addTrailVerify } from './trail-verify.command';

interface TrailOptions extends FilterOptions {
  limit: number;
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100_000;
/** The most that one page has. */
const PAGE = 1_000;

const parseLimit = (text: string): number => {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_LIMIT}.`);
};

export const addTrail: AddCommand = (program, cli, setExitCode) => {
  const command = withTimes(withFilter(program.command('trail')))
    .description(
      'list what happened, newest first; `verify` checks the trail, `tail` follows it, `export` copies it, `prove` proves it',
    )
    .option('-n, --limit <count>', 'the most events to list', parseLimit, DEFAULT_LIMIT)
    .addHelpText(
      'after',
      examples(
        'trail --since 2h --result failed',
        'trail --resource prod/db --event GetSecretValue --since 2026-01-31T08:00:00Z',
        "trail --user ann -n 1000 --output json --query '[].sourceIpAddress'",
        'trail verify',
        'trail tail --resource prod/db',
        'trail export s3://audit/strongroom',
      ),
    )
    .action(async (options: TrailOptions) => {
      const strongroom = await cli.strongroom();
      const { limit } = options;
      const request = { filter: filterOf(options), maxResults: Math.min(limit + 1, PAGE) };
      const events = [];
      for await (const event of strongroom.audit.lookupEvents(request, { signal: cli.signal })) {
        if (events.push(event) > limit) break;
      }
      cli.printer.rows(events.slice(0, limit), eventColumns);
      if (events.length > limit) cli.printer.note(`There are more: these are the newest ${limit}. --limit lists more of them.`);
    });
  addTrailVerify(command, cli, setExitCode);
  addTrailTail(command, cli, setExitCode);
  addTrailExport(command, cli, setExitCode);
  addTrailCheckpoint(command, cli, setExitCode);
  addTrailProve(command, cli, setExitCode);
  addTrailRecords(command, cli, setExitCode);
};
