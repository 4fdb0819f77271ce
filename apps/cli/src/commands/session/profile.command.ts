import type { Cli } from '../../cli';
import { CliError } from '../../cli-error';
import { EXIT } from '../../exit-code';
import type { AddCommand } from '../../program';
import { ConfigFile } from '../../session/config-file';
import { openStore } from '../../session/credential-store';
import type { Profile } from '../../session/profile';
import { examples } from '../examples';

export const addProfile: AddCommand = (program, cli) => {
  const profile = program
    .command('profile')
    .description('the clusters that you have signed in to')
    .addHelpText('after', examples('profile ls', 'profile use prod', 'profile show prod --output yaml'));
  profile
    .command('ls')
    .description('list the profiles; * is the default')
    .addHelpText('after', examples('profile ls', "profile ls --query '[].name'"))
    .action(() => list(cli));
  profile
    .command('use')
    .description('make a profile the default')
    .argument('<profile>', 'its name')
    .addHelpText('after', examples('profile use prod'))
    .action((name: string) => use(cli, name));
  profile
    .command('show')
    .description('what a profile says; never its credential')
    .argument('[profile]', 'its name; default: the one that commands use')
    .addHelpText('after', examples('profile show', 'profile show prod --output yaml'))
    .action((name: string | undefined) => show(cli, name));
  profile
    .command('rm')
    .description('forget a profile and its credential')
    .argument('<profile>', 'its name')
    .addHelpText('after', examples('profile rm staging'))
    .action((name: string) => remove(cli, name));
};

const configOf = (cli: Cli): ConfigFile => ConfigFile.of(cli.terminal.env);

const list = async (cli: Cli): Promise<void> => {
  const { profiles, default: standing } = await configOf(cli).read();
  const rows = Object.entries(profiles).map(([name, profile]) => ({
    name,
    isDefault: name === standing,
    signIn: profile.signedOut ? undefined : profile.signIn?.method,
    secrets: profile.addresses.secrets,
  }));
  cli.printer.rows(rows, {
    '': ({ isDefault }) => (isDefault ? '*' : ''),
    NAME: ({ name }) => name,
    'SIGNED IN BY': ({ signIn }) => signIn ?? '(signed out)',
    SECRETS: ({ secrets }) => secrets,
  });
};

const use = async (cli: Cli, name: string): Promise<void> => {
  await configOf(cli).setDefault(name);
  cli.printer.done(`Commands use ${name} from now on.`, { default: name });
};

const show = async (cli: Cli, wanted: string | undefined): Promise<void> => {
  const config = configOf(cli);
  const source =
    wanted === undefined
      ? await cli.sessionSource()
      : { kind: 'profile' as const, name: wanted, profile: await config.profile(wanted) };
  if (source.kind === 'environment') {
    throw new CliError('The variables of this shell say which cluster to call, and no profile.', {
      exitCode: EXIT.usage,
      hint: 'Give the name of a profile; `strongroom profile ls` lists them.',
    });
  }
  const { name, profile } = source;
  cli.printer.fields({ name, ...profile, configuration: config.path }, await fieldsOf(name, profile, config));
};

const fieldsOf = async (name: string, { addresses, ca, caFile, signIn, store, ...rest }: Profile, config: ConfigFile) => {
  const { method, ...how } = signIn ?? { method: undefined };
  return {
    Name: name,
    ...Object.fromEntries(Object.entries(addresses).map(([service, address]) => [`Address of ${service}`, address])),
    CA: caFile ?? (ca && 'in the profile'),
    Gateway: rest.gateway,
    Console: rest.console,
    Region: rest.region,
    'Signed in by': rest.signedOut ? '(signed out)' : method,
    ...how,
    Credential: store && (await openStore(store, config.directory)).place,
    Configuration: config.path,
  };
};

const remove = async (cli: Cli, name: string): Promise<void> => {
  const config = configOf(cli);
  const { store } = await config.profile(name);
  if (!(await cli.confirmed(`Forget the profile ${name} and its credential?`))) {
    throw new CliError('Not confirmed. Nothing was changed.', { exitCode: EXIT.usage });
  }
  if (store !== undefined) await (await openStore(store, config.directory)).remove(name);
  await config.remove(name);
  cli.printer.done(`Forgot the profile ${name}.`, { name });
};
