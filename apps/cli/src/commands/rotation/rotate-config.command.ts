import type { AddCommand } from '../../program';
import { usageError } from '../../cli-error';
import { examples } from '../examples';
import { rulesOf, rulesText, type ScheduleOptions, withFunction, withSchedule } from './schedule-options';
import { endedRun, showRun } from './watch-run';

interface ConfigOptions extends ScheduleOptions {
  watch?: boolean;
}

export const addRotateConfig: AddCommand = (command, cli, setExitCode) => {
  withSchedule(withFunction(command.command('config')))
    .description('set the function and the schedule of a secret without rotating it now; a test checks the configuration')
    .argument('<secret>', 'name or ARN')
    .option('--watch', 'show the test as it happens, and how it ends')
    .addHelpText(
      'after',
      examples(
        'rotate config prod/db --function strongroom-mariadb-single-user --every 30d --watch',
        "rotate config prod/db --schedule 'cron(0 4 ? * SUN *)' --window 3h",
      ),
    )
    .action(async (secretId: string, options: ConfigOptions) => {
      const rotationRules = rulesOf(options);
      if (rotationRules === undefined && options.function === undefined) {
        throw usageError('Nothing is to be set.', 'Give --function, --every or --schedule.');
      }
      const { secrets, rotation } = await cli.strongroom();
      const { signal, printer } = cli;
      const except = options.watch ? await endedRun(rotation, secretId, signal) : undefined;
      const request = { secretId, rotationLambdaArn: options.function, rotateImmediately: false };
      const { arn } = await secrets.rotateSecret(
        { ...request, ...(rotationRules && { rotationRules: messageOf(rotationRules) }) },
        { signal },
      );
      const secret = await secrets.describeSecret({ secretId: arn }, { signal });
      const { rotationLambdaArn, rotationRules: rules, nextRotationDate, versionIdsToStages } = secret;
      printer.one(
        { arn, rotationLambdaArn, rotationRules: rules, nextRotationDate },
        {
          SECRET: () => arn,
          FUNCTION: () => rotationLambdaArn,
          ROTATION: () => rulesText(rules ?? {}),
          NEXT: () => nextRotationDate?.toISOString(),
        },
      );
      if (!options.watch) return;
      if (Object.keys(versionIdsToStages).length === 0)
        return printer.note('The secret has no value yet, so there is nothing to test.');
      setExitCode(await showRun(cli, { secretId: arn, except }));
    });
};

const messageOf = ({ automaticallyAfterDays, ...rules }: NonNullable<ReturnType<typeof rulesOf>>) => ({
  ...rules,
  ...(automaticallyAfterDays !== undefined && { automaticallyAfterDays: BigInt(automaticallyAfterDays) }),
});
