import type { CallOptions, StrongroomClient } from '@strongroom/client';
import { AWSCURRENT, AWSPREVIOUS, type KeyChange, versionWith } from '@strongroom/secret-values';
import { CliError } from '../../cli-error';
import { EXIT } from '../../exit-code';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { diffValues } from './diff-values';

interface DiffOptions {
  all?: boolean;
  exitCode?: boolean;
}

const MARK: Record<KeyChange, string> = { added: '+', removed: '-', changed: '~', same: '=' };

export const addDiff: AddCommand = (program, cli, setExitCode) => {
  program
    .command('diff')
    .description('which keys differ between two versions, never their values')
    .argument('<secret>', 'name or ARN')
    .argument('[from]', 'staging label or version id', AWSPREVIOUS)
    .argument('[to]', 'staging label or version id', AWSCURRENT)
    .option('--all', 'also the keys that are the same')
    .option('--exit-code', 'end with 1 if they differ, 0 if not')
    .addHelpText('after', examples('diff prod/db', 'diff prod/db AWSCURRENT AWSPENDING --exit-code'))
    .action(async (secretId: string, from: string, to: string, options: DiffOptions) => {
      const strongroom = await cli.strongroom();
      const [before, after] = await Promise.all(
        [from, to].map((version) => versionOf(strongroom, secretId, version, { signal: cli.signal })),
      );
      const differences = diffValues(before!, after!);
      const shown = options.all ? differences : differences.filter(({ change }) => change !== 'same');
      cli.printer.rows(
        shown,
        { '': ({ change }) => MARK[change], KEY: ({ key }) => key || '(the whole value)', CHANGE: ({ change }) => change },
        { from: before!.versionId, to: after!.versionId, keys: shown },
      );
      const isDifferent = differences.some(({ change }) => change !== 'same');
      if (!isDifferent && !cli.printer.isStructured) cli.printer.note('The values are the same.');
      if (options.exitCode && isDifferent) setExitCode(EXIT.failure);
    });
};

/** A version by its label or, if no version has such a label, by its id. */
export const versionOf = async ({ secrets }: StrongroomClient, secretId: string, version: string, options: CallOptions) => {
  const labelled = versionWith(await secrets.describeSecret({ secretId }, options), version);
  if (labelled === undefined && version === AWSPREVIOUS) {
    throw new CliError(`${secretId} has no version AWSPREVIOUS: so far it has had no value but the present one.`, {
      exitCode: EXIT.notFound,
    });
  }
  // Of an id that is none, too, the service says what is wrong; so it does of a label that is gone.
  const which = labelled === undefined && version.length >= 32 ? { versionId: version } : { versionStage: version };
  return secrets.getSecretValue({ secretId, ...which }, options);
};
