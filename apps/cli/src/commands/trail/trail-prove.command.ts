import { consistencyLine, inclusionLine, NoteError, splitNotes, unverifiedCheckpoint } from '@strongroom/merkle';
import { InvalidArgumentError } from 'commander';
import { readFile } from 'node:fs/promises';
import { usageError } from '../../cli-error';
import type { AddCommand } from '../../program';
import { examples } from '../examples';

interface ProveOptions {
  since?: string;
}

type EventName = { $case: 'sequence'; value: bigint } | { $case: 'eventId'; value: string };

const parseEvents = (text: string, before: EventName[] = []): EventName[] => {
  if (/^\d{1,15}$/.test(text)) return [...before, { $case: 'sequence', value: BigInt(text) }];
  if (/^[0-9a-fA-F-]{36}$/.test(text)) return [...before, { $case: 'eventId', value: text }];
  throw new InvalidArgumentError('It must be the sequence number or the id of an event.');
};

export const addTrailProve: AddCommand = (program, cli) => {
  program
    .command('prove')
    .description(
      'fetch proofs for strongroom-verify: that events are in the trail, and that nothing before a checkpoint has changed',
    )
    .argument('[events...]', 'sequence numbers or ids of events', parseEvents)
    .option('--since <file>', 'prove that the trail still begins with each checkpoint in this file')
    .addHelpText(
      'after',
      `
Prints one line of JSON for each proof, with the newest checkpoint. strongroom-verify needs nothing else:

  strongroom-verify --key trail.key --checkpoint october.checkpoint --proof today.proof
`,
    )
    .addHelpText('after', examples('trail prove --since october.checkpoint > today.proof', 'trail prove 1042 > event.proof'))
    .action(async (events: EventName[] = [], { since }: ProveOptions) => {
      const sizes = since === undefined ? [] : await sizesIn(since);
      if (events.length === 0 && sizes.length === 0)
        throw usageError('There is nothing to prove: name events, or --since a file of checkpoints.');
      const { audit } = await cli.strongroom();
      const { printer, signal } = cli;
      const { checkpoint, size } = await audit.getCheckpoint({}, { signal });
      const tree = { size, checkpoint };
      for (const fromSize of sizes) {
        const { hashes } = await audit.getConsistencyProof({ fromSize, toSize: size }, { signal });
        printer.raw(consistencyLine({ fromSize, hashes }, tree));
      }
      for (const event of events) printer.raw(inclusionLine(await audit.getInclusionProof({ event, size }, { signal }), tree));
    });
};

/** The sizes of the checkpoints in a file. @throws CliError */
const sizesIn = async (file: string): Promise<bigint[]> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usageError(`--since: ${file} cannot be read: ${error.code}`);
  });
  const { notes } = splitNotes(text);
  if (notes.length === 0) throw usageError(`--since: ${file} has no checkpoint in it.`);
  try {
    return [...new Set(notes.map((note) => unverifiedCheckpoint(note).size))].map(BigInt);
  } catch (error) {
    if (error instanceof NoteError) throw usageError(`--since: ${file}: ${error.message}.`);
    throw error;
  }
};
