import { signInLink } from '@strongroom/local-cluster/layout';
import type { Cli } from '../../cli';
import { usageError } from '../../cli-error';
import { durationOption } from '../../options/duration';
import type { AddCommand } from '../../program';
import { when } from '../../output/when';
import { examples } from '../examples';
import { consoleIn } from './login-cluster';

interface ConsoleUrlOptions {
  user?: string;
  /** Milliseconds. */
  duration?: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export const addConsoleUrl: AddCommand = (program, cli) => {
  program
    .command('console-url')
    .description('make a link that signs you or another user in to the console, once, within five minutes')
    .option('--user <name>', 'whom it signs in; default: you')
    .option(
      '--duration <duration>',
      'how long the session lasts, 15m to 12h; default: 12h',
      durationOption({ min: 15 * MINUTE, max: 12 * HOUR }),
    )
    .addHelpText('after', examples('console-url', 'console-url --user alice --duration 1h'))
    .action((options: ConsoleUrlOptions) => print(cli, options));
};

const print = async (cli: Cli, { user: userName, duration }: ConsoleUrlOptions): Promise<void> => {
  const base = await consoleOf(cli);
  const { identity } = await cli.strongroom();
  const { token, expiration } = await identity.createSignInLink({ userName }, { signal: cli.signal });
  const url = signInLink(base, token, duration === undefined ? undefined : Math.round(duration / 1000));
  cli.printer.note(`Whoever opens it first is ${userName ?? 'you'}. It is good until ${when(expiration)}.`);
  cli.printer.rows([url], { LINK: (link) => link }, { url, expiration });
};

/** @throws CliError if nothing says where the console is */
const consoleOf = async (cli: Cli): Promise<string> => {
  const source = await cli.sessionSource();
  const found = source.kind === 'profile' ? source.profile.console : consoleIn(cli.terminal.env);
  if (found !== undefined) return found;
  throw source.kind === 'profile'
    ? usageError(`The profile ${source.name} does not say where the console is.`, 'Tell it: `strongroom login --console <url>`.')
    : usageError('STRONGROOM_CONSOLE_ADDRESS: must be set', 'Source the environment file of the cluster again.');
};
