import type { Event } from '@strongroom/client';
import { InvalidArgumentError } from 'commander';
import { stringify } from 'yaml';
import { EXIT } from '../../exit-code';
import { plain } from '../../output/plain';
import type { Printer } from '../../output/printer';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { eventColumns } from './event-columns';
import { endOfTrail, followTrail } from './follow-trail';
import { type FilterOptions, filterOf, withFilter } from './trail-filter';

interface TailOptions extends FilterOptions {
  after?: bigint;
}

const parsePlace = (text: string): bigint => {
  if (/^\d{1,15}$/.test(text)) return BigInt(text);
  throw new InvalidArgumentError('It must be the sequence number of an event.');
};

export const addTrailTail: AddCommand = (program, cli, setExitCode) => {
  withFilter(program.command('tail'))
    .description('show events as they enter the trail, until Ctrl-C; a broken connection misses and repeats none')
    .option('--after <sequence>', 'begin after this event; default: only new ones', parsePlace)
    .addHelpText('after', '\n--output json prints one line for each event.\n')
    .addHelpText('after', examples('trail tail --result failed', 'trail tail --resource prod/db --output json'))
    .action(async (options: TailOptions) => {
      const { audit } = await cli.strongroom();
      const { signal, printer } = cli;
      const after = options.after ?? (await endOfTrail(audit, signal));
      const events = followTrail(audit, {
        filter: filterOf(options),
        after,
        signal,
        interrupted: (place) => printer.note(`The connection broke. Going on after event ${place}.`),
      });
      for await (const event of events) print(printer, event, cli.flags.query !== undefined);
      setExitCode(EXIT.interrupted);
    });
};

const print = (printer: Printer, event: Event, isQueried: boolean): void => {
  if (isQueried) return printer.one(event);
  if (printer.format === 'json') return printer.raw(`${JSON.stringify(plain(event))}\n`);
  if (printer.format === 'yaml') return printer.raw(`---\n${stringify(plain(event))}`);
  // A name with a line end must not look like another event.
  const cells = Object.values(eventColumns).map((cell) => String(cell(event) ?? '').replace(/[\t\n]/g, ' '));
  printer.line(printer.format === 'text' ? cells.join('\t') : padded(cells).join('  ').trimEnd());
};

/** Lines come one by one, so the columns have a width of their own. */
const WIDTHS = [24, 16, 24, 32, 0];
const padded = (cells: readonly string[]): string[] => cells.map((cell, at) => cell.padEnd(WIDTHS[at] ?? 0));
