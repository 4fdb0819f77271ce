import type { RotationRun } from '@strongroom/client';
import { InvalidArgumentError } from 'commander';
import type { Printer } from '../../output/printer';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { durationText, isOver, kindOf, readableRun, stateOf, stepName } from './rotation-words';
import { rulesText } from './schedule-options';

interface StatusOptions {
  run?: string;
  limit: number;
}

const parseLimit = (text: string): number => {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1000) return limit;
  throw new InvalidArgumentError('It must be a whole number from 1 to 1000.');
};

export const addRotateStatus: AddCommand = (command, cli) => {
  command
    .command('status')
    .description('how a secret rotates, and its runs, newest first')
    .argument('<secret>', 'name or ARN')
    .option('--run <id>', 'the steps of this run, with every attempt')
    .option('-n, --limit <count>', 'the most runs to list', parseLimit, 10)
    .addHelpText('after', examples('rotate status prod/db', "rotate status prod/db --query 'runs[0].state' -o text"))
    .action(async (secretId: string, { run: runId, limit }: StatusOptions) => {
      const { secrets, rotation } = await cli.strongroom();
      const { printer, signal } = cli;
      if (runId !== undefined) {
        const { run } = await rotation.getRotationRun({ runId }, { signal });
        return showOne(printer, run!);
      }
      const secret = await secrets.describeSecret({ secretId }, { signal });
      const runs: RotationRun[] = [];
      for await (const run of rotation.listRotationRuns({ secretId: secret.arn, maxResults: Math.min(limit, 100) }, { signal })) {
        if (runs.push(run) === limit) break;
      }
      const { arn, rotationEnabled = false, rotationLambdaArn, rotationRules, nextRotationDate, lastRotatedDate } = secret;
      const whole = {
        arn,
        rotationEnabled,
        rotationLambdaArn,
        rotationRules,
        nextRotationDate,
        lastRotatedDate,
        runs: runs.map(readableRun),
      };
      if (printer.format === 'table' && cli.flags.query === undefined) {
        printer.one(whole, {
          ROTATION: () => (rotationEnabled ? rulesText(rotationRules ?? {}) : 'off'),
          FUNCTION: () => rotationLambdaArn,
          LAST: () => lastRotatedDate?.toISOString(),
          NEXT: () => nextRotationDate?.toISOString(),
        });
        printer.line('');
      }
      printer.rows(
        runs,
        {
          STARTED: ({ startedDate }) => startedDate?.toISOString(),
          KIND: kindOf,
          STATE: stateOf,
          STEP: ({ steps }) => steps.at(-1) && `${stepName(steps.at(-1)!.step)} (${steps.at(-1)!.tries.length})`,
          ENDED: ({ endedDate }) => endedDate?.toISOString(),
          BY: ({ initiatedBy }) => initiatedBy || 'schedule',
          RUN: ({ runId: id }) => id,
        },
        whole,
      );
      const [newest] = runs;
      if (newest && newest.diagnosis !== '' && isOver(newest)) printer.note(newest.diagnosis);
    });
};

const showOne = (printer: Printer, run: RotationRun): void => {
  const tries = run.steps.flatMap(({ step, tries: all }) => all.map((attempt, index) => ({ step, attempt, index })));
  printer.rows(
    tries,
    {
      STEP: ({ step }) => stepName(step),
      ATTEMPT: ({ index }) => index + 1,
      STARTED: ({ attempt }) => attempt.startedDate?.toISOString(),
      TOOK: ({ attempt }) => attempt.duration && durationText(attempt.duration),
      RESULT: ({ attempt: { errorCode, errorMessage, duration } }) =>
        errorCode !== '' ? `${errorCode}: ${errorMessage}` : duration === undefined ? 'running' : 'ok',
    },
    readableRun(run),
  );
  printer.note(`The ${kindOf(run)} of ${run.secretArn} ${isOver(run) ? 'has ended' : 'goes on'}: ${stateOf(run)}.`);
  if (run.diagnosis !== '') printer.note(run.diagnosis);
};
