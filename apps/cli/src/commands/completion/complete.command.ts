import { secretTexts } from '@strongroom/field-rules';
import { Argument } from 'commander';
import type { Cli } from '../../cli';
import type { AddCommand } from '../../program';
import { ConfigFile } from '../../session/config-file';

/** Somebody waits at a prompt; milliseconds. */
const PATIENCE_MS = 2_000;
const MAX_NAMES = 100;
const NAME = new RegExp(`^${secretTexts.nameInReference.pattern}$`);

/** What the scripts of `completion` ask. It says nothing on failure, which would be in the middle of somebody's line. */
export const addComplete: AddCommand = (program, cli) => {
  program
    .command('__complete', { hidden: true })
    .addArgument(new Argument('<what>').choices(['secrets', 'profiles']))
    .argument('[prefix]')
    .action(async (what: 'secrets' | 'profiles', prefix: string = '') => {
      const names = await (what === 'secrets' ? secretNames(cli, prefix) : profileNames(cli)).catch(() => []);
      cli.printer.raw(names.map((name) => `${name}\n`).join(''));
    });
};

const secretNames = async (cli: Cli, prefix: string): Promise<string[]> => {
  const { secrets } = await cli.strongroom();
  const filters = prefix === '' ? [] : [{ key: 'name', values: [prefix] }];
  const options = { signal: cli.signal, timeoutMs: PATIENCE_MS };
  for await (const { secretList } of secrets.listSecrets({ filters, maxResults: MAX_NAMES }, options).pages()) {
    // A shell takes them apart and puts them on the line.
    return secretList.map(({ name }) => name).filter((name) => NAME.test(name));
  }
  return [];
};

const profileNames = async (cli: Cli): Promise<string[]> => Object.keys((await ConfigFile.of(cli.terminal.env).read()).profiles);
