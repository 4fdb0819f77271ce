import { Argument } from 'commander';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { bashScript } from './bash-script';
import { completionModel } from './completion-model';
import { fishScript } from './fish-script';
import { zshScript } from './zsh-script';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

export const addCompletion: AddCommand = (program, cli) => {
  program
    .command('completion')
    .description('print the script by which a shell completes commands, options and names of secrets')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(scripts)))
    .addHelpText(
      'after',
      examples('completion bash > ~/.local/share/bash-completion/completions/strongroom', 'completion fish | source'),
    )
    .action((shell: keyof typeof scripts) => cli.printer.raw(scripts[shell](completionModel(program))));
};
