import { Command, InvalidArgumentError, Option } from 'commander';
import type { Cli, GlobalOptions } from './cli';
import { outputFormats } from './output/output-format';

/** Sets the exit code of a command that did not fail, such as that of the program that `run` ran. */
export type SetExitCode = (code: number) => void;

/** Adds one command, or a group of them, to the program. */
export type AddCommand = (program: Command, cli: Cli, setExitCode: SetExitCode) => void;

const seconds = (text: string): number => {
  const value = Number(text);
  if (!(value > 0 && value <= 3600)) throw new InvalidArgumentError('It must be a number of seconds, more than 0, at most 3600.');
  return value;
};

const globalOptions = (): Option[] => [
  new Option('-p, --profile <name>', 'whom to call, and as whom; default: STRONGROOM_PROFILE (see `strongroom login`)'),
  new Option('-o, --output <format>', 'how to print the answer; default: table on a terminal, text into a pipe').choices(
    outputFormats,
  ),
  new Option('--query <expression>', 'a JMESPath expression, which picks from the answer'),
  new Option('--timeout <seconds>', 'how long a call may take; default: 10').argParser(seconds),
  new Option('-y, --yes', 'answer every question with yes'),
];

/**
 * The whole command line, with these commands. They are given, since each of them knows this module. Its spec writes them into
 * docs/cli.md, if STRONGROOM_WRITE_COMMANDS is set.
 */
export const programOf = (cli: Cli, commands: readonly AddCommand[], setExitCode: SetExitCode): Command => {
  const { stdout, stderr } = cli.terminal;
  const program = new Command('strongroom')
    .description('Secrets on machines that you run yourself.')
    .version(__STRONGROOM_VERSION__, '-V, --version')
    .enablePositionalOptions()
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  for (const option of globalOptions()) program.addOption(option);
  for (const add of commands) add(program, cli, setExitCode);
  for (const command of program.commands) inherit(command);
  program.hook('preAction', (_, action) => cli.configure(action.optsWithGlobals<GlobalOptions>()));
  return program;
};

/** The options that all commands know may stand after the command, too, where people write them. */
const inherit = (command: Command): void => {
  command.exitOverride().copyInheritedSettings(command.parent!);
  for (const option of globalOptions()) {
    const isTaken = command.options.some(({ long, short }) => long === option.long || (short && short === option.short));
    if (!isTaken) command.addOption(option.hideHelp());
  }
  for (const nested of command.commands) inherit(nested);
};
