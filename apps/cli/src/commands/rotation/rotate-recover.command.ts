import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { notConfirmed } from '../not-confirmed';
import { endedRun, showRun } from './watch-run';

export const addRotateRetry: AddCommand = (command, cli, setExitCode) => {
  command
    .command('retry')
    .description('attempt the new version of a failed rotation again, now')
    .argument('<secret>', 'name or ARN')
    .option('--watch', 'show the steps as they happen, and how it ends')
    .addHelpText('after', examples('rotate retry prod/db --watch'))
    .action(async (secretId: string, { watch }: { watch?: boolean }) => {
      const { rotation } = await cli.strongroom();
      const { signal, printer } = cli;
      const except = watch ? await endedRun(rotation, secretId, signal) : undefined;
      const started = await rotation.retryRotation({ secretId }, { signal });
      if (!watch) return printer.one(started);
      printer.note(`Rotating ${started.secretArn}; the new version is ${started.versionId}.`);
      setExitCode(await showRun(cli, { secretId: started.secretArn, versionId: started.versionId, except }));
    });
};

export const addRotateRollBack: AddCommand = (command, cli) => {
  command
    .command('roll-back')
    .description('drop the new version of a failed rotation, if the current one still logs in')
    .argument('<secret>', 'name or ARN')
    .addHelpText('after', examples('rotate roll-back prod/db'))
    .action(async (secretId: string) => {
      const { rotation } = await cli.strongroom();
      if (!(await cli.confirmed(`Drop the new version of ${secretId}? Its value is then lost.`))) throw notConfirmed();
      const dropped = await rotation.rollBackRotation({ secretId }, { signal: cli.signal });
      cli.printer.one(dropped);
      if (!dropped.currentVerified) {
        cli.printer.note('Nobody has tested whether AWSCURRENT logs in, because a function of your own rotates this secret.');
      }
    });
};

export const addRotateCancel: AddCommand = (command, cli) => {
  command
    .command('cancel')
    .description('turn rotation off, and abandon the one that is going on; the configuration stays')
    .argument('<secret>', 'name or ARN')
    .addHelpText('after', examples('rotate cancel prod/db'))
    .action(async (secretId: string) => {
      const { secrets } = await cli.strongroom();
      const cancelled = await secrets.cancelRotateSecret({ secretId }, { signal: cli.signal });
      cli.printer.one(cancelled);
      if (cancelled.versionId)
        cli.printer.note(`Version ${cancelled.versionId} is still AWSPENDING: its server may accept its value already.`);
    });
};
