import { InvalidArgumentError } from 'commander';
import type { AddCommand } from '../../program';
import { examples } from '../examples';

interface CheckpointOptions {
  size?: bigint;
  keys?: boolean;
}

export const parseCount = (text: string): bigint => {
  if (/^\d{1,15}$/.test(text)) return BigInt(text);
  throw new InvalidArgumentError('It must be a number of events.');
};

export const addTrailCheckpoint: AddCommand = (program, cli) => {
  program
    .command('checkpoint')
    .description('print a signed checkpoint: whoever keeps it can prove later that nothing before it has changed')
    .option('--size <events>', 'an older one, of this many events', parseCount)
    .option('--keys', 'print the keys with which strongroom-verify verifies checkpoints instead')
    .addHelpText('after', examples('trail checkpoint > october.checkpoint', 'trail checkpoint --keys > trail.key'))
    .action(async ({ size, keys }: CheckpointOptions) => {
      const { audit } = await cli.strongroom();
      const { printer, signal } = cli;
      if (keys) {
        for await (const key of audit.listCheckpointKeys({}, { signal })) printer.raw(`${key}\n`);
        return;
      }
      const answer = await audit.getCheckpoint({ size }, { signal });
      // The note is what programs verify: it stands as it is unless somebody asks for more.
      if (printer.isStructured) printer.one(answer);
      else printer.raw(answer.checkpoint);
    });
};
