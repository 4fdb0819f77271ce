import type { Argument, Command, Option } from 'commander';

/** What can stand for a value: what the cluster, the configuration or the disk knows, or one of some words. */
export type ValueKind = 'secret' | 'profile' | 'file' | 'other' | readonly string[];

export interface OptionModel {
  /** `-k` and `--key`. */
  names: readonly string[];
  description: string;
  /** Absent: the option takes no value. */
  value?: ValueKind;
}

/** One command as shells complete it. */
export interface CommandModel {
  /** The words that lead to it, without the name of the program. */
  path: readonly string[];
  commands: readonly { name: string; description: string }[];
  options: readonly OptionModel[];
  arguments: readonly ValueKind[];
}

/** Every command of the program that its help shows. */
export const completionModel = (program: Command): CommandModel[] => modelOf(program, []);

const modelOf = (command: Command, path: readonly string[]): CommandModel[] => {
  const help = command.createHelp();
  const nested = help.visibleCommands(command).filter((child) => child.name() !== 'help');
  const options = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
  const own: CommandModel = {
    path,
    commands: nested.map((child) => ({ name: child.name(), description: child.description() })),
    options: options.filter((option, at) => options.findIndex(({ long }) => long === option.long) === at).map(optionModel),
    arguments: command.registeredArguments.map(argumentKind),
  };
  return [own, ...nested.flatMap((child) => modelOf(child, [...path, child.name()]))];
};

const optionModel = (option: Option): OptionModel => ({
  names: [option.short, option.long].filter((name): name is string => name != null),
  description: option.description,
  ...((option.required || option.optional) && { value: optionKind(option) }),
});

const optionKind = (option: Option): ValueKind => {
  if (option.argChoices) return option.argChoices;
  if (option.attributeName() === 'profile') return 'profile';
  return /<(file|path)>|<(file|path)\.\.\.>/.test(option.flags) ? 'file' : 'other';
};

const argumentKind = (argument: Argument): ValueKind => {
  if (argument.argChoices) return argument.argChoices;
  const name = argument.name();
  if (name === 'secret' || name === 'profile') return name;
  return name === 'file' || name === 'path' || name === 'template' ? 'file' : 'other';
};
