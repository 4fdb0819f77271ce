import { CliError, usageError } from '../../cli-error';
import { EXIT } from '../../exit-code';
import { when } from '../../output/when';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { integer } from '../options';

interface RmOptions {
  recoveryWindow?: number;
  forceDeleteWithoutRecovery?: boolean;
}

export const addRm: AddCommand = (program, cli) => {
  program
    .command('rm')
    .description('delete a secret: unreadable at once, gone when the recovery window ends')
    .argument('<secret>', 'name or ARN')
    .option('--recovery-window <days>', '7 to 30; default: 30', integer(7, 30))
    .option('--force-delete-without-recovery', 'delete it now and for good; asks for the name')
    .addHelpText('after', examples('rm prod/db --recovery-window 7', 'rm prod/db --force-delete-without-recovery'))
    .action(async (secretId: string, { recoveryWindow, forceDeleteWithoutRecovery = false }: RmOptions) => {
      if (forceDeleteWithoutRecovery && recoveryWindow !== undefined) {
        throw usageError('--recovery-window and --force-delete-without-recovery: give one of the two.');
      }
      const { secrets } = await cli.strongroom();
      const options = { signal: cli.signal };
      if (forceDeleteWithoutRecovery) {
        // Deleting what is not there would succeed, and hide a misspelt name.
        const { name } = await secrets.describeSecret({ secretId }, options);
        const question = `${name} will be gone for good, with all of its versions.`;
        if (!(await cli.confirmedByName(question, name))) throw notConfirmed();
      }
      const request = { secretId, recoveryWindowInDays: recoveryWindow, forceDeleteWithoutRecovery };
      const { name, deletionDate } = await secrets.deleteSecret(request, options);
      const sentence = forceDeleteWithoutRecovery
        ? `Deleted ${name}.`
        : `Deleted ${name}. Until ${when(deletionDate)}, \`strongroom restore ${name}\` brings it back.`;
      cli.printer.done(sentence, { name, deletionDate });
    });
};

export const notConfirmed = (): CliError => new CliError('Not confirmed. Nothing was changed.', { exitCode: EXIT.usage });
