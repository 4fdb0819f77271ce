import { type AuditEvent, encodeEvent } from '@strongroom/audit-trail';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { followTrail } from './follow-trail';
import { parseCount } from './trail-checkpoint.command';

interface RecordsOptions {
  after?: bigint;
}

export const addTrailRecords: AddCommand = (program, cli) => {
  program
    .command('records')
    .description('print all events as they are hashed, oldest first, one line of JSON each, for strongroom-verify --events')
    .option('--after <sequence>', 'begin after this event', parseCount)
    .addHelpText('after', '\nIt ends with the last event of the newest checkpoint, which it makes.\n')
    .addHelpText('after', examples('trail records > trail.jsonl'))
    .action(async ({ after = 0n }: RecordsOptions) => {
      const { audit } = await cli.strongroom();
      const { printer } = cli;
      const { size } = await audit.getCheckpoint({}, { signal: cli.signal });
      if (size <= after) return printer.note(`There are no events after ${after}.`);
      const ending = new AbortController();
      const signal = AbortSignal.any([cli.signal, ending.signal]);
      for await (const event of followTrail(audit, { after, signal })) {
        // The same fields: a chained event has both.
        const record = encodeEvent(event as AuditEvent);
        printer.raw(`${JSON.stringify({ sequence: Number(event.sequence), record })}\n`);
        if (event.sequence >= size) ending.abort();
      }
      printer.note(`The checkpoint of these ${size} events: strongroom trail checkpoint --size ${size}`);
    });
};
