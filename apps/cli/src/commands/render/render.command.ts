import { Option, InvalidArgumentError } from 'commander';
import { usageError } from '../../cli-error';
import type { AddCommand } from '../../program';
import { addOfflineOptions } from '../../values/offline-flags';
import { examples } from '../examples';
import { signalOption } from '../run/on-change';
import type { AfterWrite } from './after-write';
import type { RenderFlags } from './render-flags';
import { renderTemplate } from './render-template';

export const addRender: AddCommand = (program, cli) => {
  const command = program
    .command('render')
    .description('put secrets into a template: {{ strongroom://prod/db#password | json }}')
    .argument('<template>', 'the file, or - for standard input')
    .option('-o, --out <file>', 'the file to write, as a whole or not at all; default: standard output')
    .addOption(new Option('--mode <mode>', 'of the file, octal').argParser(modeOption).default(0o600, '0600'))
    .option('--check', 'find out whether everything is there, and write nothing')
    .option('--watch', 'write the file again when a secret changes')
    .option('--exec <command>', 'run this in a shell when the file has changed')
    .addOption(new Option('--signal <name>', 'send this signal when the file has changed').argParser(signalOption))
    .option('--pid-file <file>', 'holds the id of the process that gets the signal')
    .option('--reveal', 'show values on a terminal');
  addOfflineOptions(command)
    .addHelpText(
      'after',
      `\nFilters write a value as a language wants it, with its quotes: json, yaml, toml, shell, urlencode, base64.\n` +
        examples(
          'render app.conf.tpl -o /etc/app/app.conf --mode 0640',
          'render nginx.conf.tpl -o /run/nginx.conf --watch --signal HUP --pid-file /run/nginx.pid',
          "render app.yaml.tpl -o app.yaml --watch --exec 'systemctl reload app'",
          'render app.conf.tpl --check',
        ),
    )
    .action(async (template: string, flags: RenderFlags) => {
      await renderTemplate(template, { ...flags, after: afterOf(flags) }, cli);
    });
};

const modeOption = (text: string): number => {
  if (!/^0?[0-7]{3}$/.test(text)) throw new InvalidArgumentError('It must be three octal digits, such as 0640.');
  return Number.parseInt(text, 8);
};

/** @throws CliError if the options do not go together */
const afterOf = ({ out, watch, exec, signal, pidFile }: RenderFlags): AfterWrite | undefined => {
  if (out === undefined && (watch || exec !== undefined || signal)) {
    throw usageError('--watch, --exec and --signal need --out: the file to write');
  }
  if (exec !== undefined && signal) throw usageError('Give one of --exec and --signal.');
  if ((signal === undefined) !== (pidFile === undefined)) throw usageError('--signal and --pid-file need each other');
  if (exec !== undefined) return { kind: 'exec', command: exec };
  return signal && { kind: 'signal', signal, pidFile: pidFile! };
};
