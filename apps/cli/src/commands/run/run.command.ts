import { readFile } from 'node:fs/promises';
import { HOUR, SECOND } from '@strongroom/clock';
import { Option } from 'commander';
import type { Cli } from '../../cli';
import { usageError } from '../../cli-error';
import { childEnvironment } from '../../environment/child-environment';
import { asUsageError, EnvironmentPlan } from '../../environment/environment-plan';
import { nameCases } from '../../environment/variable-name';
import { durationOption, inWords } from '../../options/duration';
import { dieOf, exitCodeOfEnd } from '../../process/end-as';
import type { AddCommand } from '../../program';
import { addOfflineOptions } from '../../values/offline-flags';
import { examples } from '../examples';
import { onChangeOption } from './on-change';
import type { RunFlags } from './run-flags';
import { runProgram } from './run-program';

const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value];
const upToAnHour = durationOption({ min: 0, max: HOUR });
const MAX_ENV_FILE_BYTES = 2 ** 20;

export const addRun: AddCommand = (program, cli, setExitCode) => {
  const command = program
    .command('run')
    .description('start a program with secrets in its environment, and nowhere else')
    .argument('<program>', 'the program; put -- before it')
    .argument('[args...]', 'its arguments')
    .passThroughOptions()
    .option('-s, --secret <mapping>', 'NAME=prod/db, NAME=prod/db#password, or prod/db: each key of its JSON object', collect)
    .option('--prefix <prefix>', 'each secret whose name begins so; the variable is named after the last part', collect)
    .option('-e, --env-file <file>', 'lines NAME=text, with {{ strongroom://prod/db#password }} in the text', collect)
    .addOption(new Option('--case <case>', 'of variables named after keys and secrets').choices(nameCases).default('upper'))
    .option('--env-prefix <text>', 'put before the names of those variables')
    .option('--only', 'the program gets nothing else but PATH, HOME, TERM, LANG and the like')
    .option('--pass-token', 'the program gets STRONGROOM_TOKEN, too')
    .option('--watch', 'act when a secret changes')
    .addOption(
      new Option('--on-change <action>', 'with --watch: restart, signal:<name>, or exec:<command>')
        .argParser(onChangeOption)
        .default({ kind: 'restart' }, 'restart'),
    )
    .addOption(
      new Option('--on-lost <action>', 'with --watch: what happens to the program when a secret cannot be read any more')
        .choices(['keep', 'stop'])
        .default('keep'),
    )
    .addOption(
      new Option('--kill-after <duration>', 'how long the program may take to end before a restart')
        .argParser(upToAnHour)
        .default(10 * SECOND, inWords(10 * SECOND)),
    )
    .addOption(
      new Option('--min-interval <duration>', 'the least time between two starts')
        .argParser(upToAnHour)
        .default(5 * SECOND, inWords(5 * SECOND)),
    );
  addOfflineOptions(command)
    .addHelpText(
      'after',
      examples(
        'run --secret DB_PASSWORD=prod/db#password -- ./server --port 8080',
        'run --secret prod/db --env-prefix DB_ -- npm start',
        'run --prefix prod/orders/ --watch -- ./server',
        'run --env-file .env.strongroom --watch --on-change signal:HUP -- nginx -g "daemon off;"',
        'run --secret TOKEN=prod/api --offline-cache --offline -- ./report',
      ),
    )
    .action(async (file: string, args: string[], flags: RunFlags) => {
      const plan = await planOf(flags);
      const end = await runProgram({ command: file, args, plan, environment: environmentFor(flags, cli) }, flags, cli);
      setExitCode(exitCodeOfEnd(end));
      if (end.signal) dieOf(end.signal);
    });
};

const environmentFor = ({ only = false, passToken = false }: RunFlags, { terminal }: Cli) => {
  return (variables: Record<string, string>) => childEnvironment(terminal.env, variables, { only, passToken });
};

const planOf = async ({ secret, prefix, envFile = [], ...names }: RunFlags): Promise<EnvironmentPlan> => {
  if (!secret && !prefix && envFile.length === 0) {
    throw usageError('Nothing says which secrets the program gets.', 'Give --secret, --prefix or --env-file.');
  }
  const envFiles = await Promise.all(envFile.map(async (file) => ({ file, text: await readText(file) })));
  try {
    return EnvironmentPlan.of({ secret, prefix, envFiles, case: names.case, envPrefix: names.envPrefix });
  } catch (error) {
    throw asUsageError(error);
  }
};

const readText = async (file: string): Promise<string> => {
  const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw usageError(`--env-file: cannot read ${file}: ${error.code ?? error.message}`);
  });
  if (content.length > MAX_ENV_FILE_BYTES) throw usageError(`--env-file: ${file} is longer than ${MAX_ENV_FILE_BYTES} bytes`);
  return content.toString();
};
