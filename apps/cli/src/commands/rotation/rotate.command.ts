import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { dryRun } from './dry-run';
import { addRotateCancel, addRotateRetry, addRotateRollBack } from './rotate-recover.command';
import { addRotateConfig } from './rotate-config.command';
import { addRotateStatus } from './rotate-status.command';
import { type ScheduleOptions, withFunction } from './schedule-options';
import { endedRun, showRun } from './watch-run';

interface RotateOptions extends Pick<ScheduleOptions, 'function'> {
  watch?: boolean;
  dryRun?: boolean;
}

export const addRotate: AddCommand = (program, cli, setExitCode) => {
  const command = withFunction(program.command('rotate'))
    .description('give a secret a new value that its server accepts, now')
    .argument('<secret>', 'name or ARN; the ARN where the name is that of a command below')
    .option('--watch', 'show the steps as they happen, and how it ends')
    .option('--dry-run', 'say what would happen and what is missing, and change nothing')
    .addHelpText(
      'after',
      `
Exit codes with --watch: 0 succeeded, 1 failed (the message says what to do), 6 abandoned or rolled back meanwhile, 130 Ctrl-C,
which ends the watch and not the rotation. With --dry-run: 0 it would start, 4 you may not, 6 something is missing, 7 not everything
could be checked. --dry-run reads the value of the secret if you may, which the trail records.
`,
    )
    .addHelpText(
      'after',
      examples(
        'rotate prod/db --watch',
        'rotate prod/db --dry-run',
        'rotate prod/token --function strongroom-password',
        'rotate config prod/db --function strongroom-mariadb-single-user --every 30d',
        'rotate status prod/db',
      ),
    )
    .action(async (secretId: string, { watch, function: rotationLambdaArn, ...options }: RotateOptions) => {
      if (options.dryRun) return setExitCode(await dryRun(cli, secretId, rotationLambdaArn));
      const { secrets, rotation } = await cli.strongroom();
      const { signal, printer } = cli;
      const except = watch ? await endedRun(rotation, secretId, signal) : undefined;
      const started = await secrets.rotateSecret({ secretId, rotationLambdaArn }, { signal });
      const { arn, versionId } = started;
      if (!watch) {
        printer.one(started);
        return printer.note(`The rotation of ${arn} has begun. \`strongroom rotate status\` says how it goes.`);
      }
      printer.note(`Rotating ${arn}; the new version is ${versionId}.`);
      setExitCode(await showRun(cli, { secretId: arn, versionId, except }));
    });
  addRotateStatus(command, cli, setExitCode);
  addRotateConfig(command, cli, setExitCode);
  addRotateRetry(command, cli, setExitCode);
  addRotateRollBack(command, cli, setExitCode);
  addRotateCancel(command, cli, setExitCode);
};
