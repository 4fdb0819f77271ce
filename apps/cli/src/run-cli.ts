import { AccessQuestionError } from '@strongroom/access-questions';
import { type StrongroomClient, StrongroomError } from '@strongroom/client';
import { CommanderError } from 'commander';
import { Cli } from './cli';
import { CliError } from './cli-error';
import { commands } from './commands';
import { EXIT, exitCodeOf } from './exit-code';
import { programOf } from './program';
import type { Terminal } from './terminal/terminal';

/**
 * Runs one command line, without the name of the program. Resolves with the exit code; what failed has been said.
 *
 * @param connect makes the client; default: to the cluster that the options and the environment name
 */
export const runCli = async (
  args: readonly string[],
  terminal: Terminal,
  connect?: () => Promise<StrongroomClient>,
): Promise<number> => {
  const cli = new Cli(terminal, connect);
  const result = { code: EXIT.ok as number };
  try {
    await programOf(cli, commands, (code) => (result.code = code)).parseAsync(args, { from: 'user' });
    return result.code;
  } catch (error) {
    return explain(error, terminal);
  } finally {
    await cli.close();
  }
};

const explain = (error: unknown, { stderr, signal, env }: Terminal): number => {
  const say = (text: string) => stderr.write(`${text}\n`);
  // Commander has said it, with the usage.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (signal.aborted || (error as Error | undefined)?.name === 'ExitPromptError') return EXIT.interrupted;
  if (error instanceof CliError || error instanceof AccessQuestionError) {
    say(`strongroom: ${error.message}`);
    if (error.hint !== undefined) say(error.hint);
    if (error instanceof CliError) return error.exitCode;
    return error.kind === 'malformed' ? EXIT.usage : EXIT.incomplete;
  }
  if (error instanceof StrongroomError) {
    say(`strongroom: ${error.reason}: ${error.message}`);
    const hint = hintOf(error);
    if (hint !== undefined) say(hint);
    if (error.requestId !== undefined) say(`Request id: ${error.requestId}`);
    return exitCodeOf(error.kind);
  }
  say(`strongroom: ${(error as Error | undefined)?.message ?? String(error)}`);
  if (env['STRONGROOM_DEBUG']) say(String((error as Error | undefined)?.stack));
  return EXIT.failure;
};

/** What the reader can do, where the error does not say it. */
const hintOf = ({ kind }: StrongroomError): string | undefined => {
  switch (kind) {
    case 'unauthenticated':
      return 'The credential is missing, has expired or was revoked. Sign in again with `strongroom login`.';
    case 'permission-denied':
      return '`strongroom can` says which statement of which policy decides.';
    case 'unavailable':
    case 'deadline-exceeded':
      return '`strongroom doctor` says what is wrong with the cluster.';
    default:
      return undefined;
  }
};
