import { usageError } from '../../cli-error';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { versionWith } from '@strongroom/secret-values';

export const addLabel: AddCommand = (program, cli) => {
  program
    .command('label')
    .description('move a staging label to a version, add one, or remove it')
    .argument('<secret>', 'name or ARN')
    .argument('<label>', 'such as AWSCURRENT')
    .argument('[version]', 'the version that gets it: its id, or another label of it')
    .option('--remove', 'take the label away')
    .addHelpText(
      'after',
      examples('label prod/db AWSCURRENT AWSPREVIOUS      # back to the value before', 'label prod/db blue --remove'),
    )
    .action(async (secretId: string, label: string, version: string | undefined, { remove }: { remove?: boolean }) => {
      if ((version === undefined) === !remove) throw usageError('Give the version that gets the label, or --remove.');
      const { secrets } = await cli.strongroom();
      const options = { signal: cli.signal };
      const described = await secrets.describeSecret({ secretId }, options);
      const from = versionWith(described, label);
      if (remove && from === undefined) throw usageError(`No version of ${secretId} has the label ${label}.`);
      const to = version === undefined ? undefined : (versionWith(described, version) ?? version);
      const move = { secretId, versionStage: label, removeFromVersionId: from === to ? undefined : from, moveToVersionId: to };
      await secrets.updateSecretVersionStage(move, options);
      const sentence = to === undefined ? `${label} is gone from version ${from}.` : `${label} is on version ${to}.`;
      cli.printer.done(sentence, { name: described.name, label, from, to });
    });
};
