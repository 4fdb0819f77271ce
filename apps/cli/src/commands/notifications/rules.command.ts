import { RuleState } from '@strongroom/contracts/strongroom/notification/v1/rules';
import type { Cli } from '../../cli';
import type { AddCommand } from '../../program';
import { readValue } from '../../terminal/read-input';
import { examples } from '../examples';
import { notConfirmed } from '../not-confirmed';

/** An event pattern has at most 4,096 characters. */
const MAX_PATTERN_BYTES = 4 * 4_096;

interface PutOptions {
  file: string;
  description?: string;
  reads?: boolean;
}

export const addRules: AddCommand = (program, cli) => {
  const rules = program
    .command('rules')
    .description('rules, which say which events of the trail lead to which webhooks and topics')
    .addHelpText('after', examples('rules ls', 'rules put deleted < pattern.json', 'rules target deleted --arn <arn>'));
  rules
    .command('ls')
    .description('list rules')
    .argument('[prefix]', 'of the names')
    .addHelpText('after', examples('rules ls'))
    .action((prefix: string | undefined) => list(cli, prefix));
  rules
    .command('put')
    .description('make a rule or change it: what is left out gets its default, and targets stay')
    .argument('<rule>', 'its name')
    .option('-f, --file <path>', 'the file with the event pattern; - is standard input', '-')
    .option('--description <text>', 'what it is for')
    .option('--reads', 'match calls that only read, too')
    .addHelpText('after', examples('rules put deleted --file deleted.json'))
    .action((name: string, options: PutOptions) => put(cli, name, options));
  for (const [name, what] of [
    ['enable', 'switch a rule on'],
    ['disable', 'switch a rule off'],
  ] as const) {
    rules
      .command(name)
      .description(what)
      .argument('<rule>', 'its name')
      .addHelpText('after', examples(`rules ${name} deleted`))
      .action((rule: string) => toggle(cli, rule, name));
  }
  rules
    .command('rm')
    .description('delete a rule and its targets')
    .argument('<rule>', 'its name')
    .addHelpText('after', examples('rules rm deleted --yes'))
    .action((name: string) => remove(cli, name));
  rules
    .command('targets')
    .description('list the targets of a rule')
    .argument('<rule>', 'its name')
    .addHelpText('after', examples('rules targets deleted'))
    .action((name: string) => targets(cli, name));
  rules
    .command('target')
    .description('add a target to a rule, or take one from it')
    .argument('<rule>', 'its name')
    .option('--arn <arn>', 'the webhook or topic to add')
    .option('--id <id>', 'what the rule calls the target', 'default')
    .option('--remove', 'take the target with this id away')
    .addHelpText('after', examples('rules target deleted --arn arn:aws:events:us-east-1:000000000000:webhook/security'))
    .action((name: string, options: TargetOptions) => target(cli, name, options));
};

const stateWord = (state: RuleState): string =>
  state === RuleState.DISABLED ? 'off' : state === RuleState.ENABLED ? 'on' : 'on, with reads';

const list = async (cli: Cli, namePrefix: string | undefined): Promise<void> => {
  const { rules } = await cli.strongroom();
  const found = await rules.listRules({ namePrefix }, { signal: cli.signal }).all();
  cli.printer.rows(found, {
    NAME: ({ name }) => name,
    STATE: ({ state }) => stateWord(state),
    DESCRIPTION: ({ description }) => description,
  });
};

const put = async (cli: Cli, name: string, { file, description, reads = false }: PutOptions): Promise<void> => {
  const text = await readValue(cli.terminal, { file, prompt: 'Event pattern:', limit: MAX_PATTERN_BYTES });
  const { rules } = await cli.strongroom();
  const state = reads ? RuleState.ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS : RuleState.ENABLED;
  const request = { name, eventPattern: text.toString(), description, state };
  const { ruleArn } = await rules.putRule(request, { signal: cli.signal });
  cli.printer.done(`Stored the rule ${name}.`, { name, ruleArn });
};

const toggle = async (cli: Cli, name: string, how: 'enable' | 'disable'): Promise<void> => {
  const { rules } = await cli.strongroom();
  if (how === 'enable') await rules.enableRule({ name }, { signal: cli.signal });
  else await rules.disableRule({ name }, { signal: cli.signal });
  cli.printer.done(`Switched ${name} ${how === 'enable' ? 'on' : 'off'}.`, { name });
};

const remove = async (cli: Cli, name: string): Promise<void> => {
  const { rules } = await cli.strongroom();
  if (!(await cli.confirmed(`Delete ${name}?`))) throw notConfirmed();
  const options = { signal: cli.signal };
  const ids = (await rules.listTargetsByRule({ rule: name }, options).all()).map(({ id }) => id);
  if (ids.length > 0) await rules.removeTargets({ rule: name, ids }, options);
  await rules.deleteRule({ name }, options);
  cli.printer.done(`Deleted ${name}.`, { name });
};

const targets = async (cli: Cli, rule: string): Promise<void> => {
  const { rules } = await cli.strongroom();
  const found = await rules.listTargetsByRule({ rule }, { signal: cli.signal }).all();
  cli.printer.rows(found, { ID: ({ id }) => id, ARN: ({ arn }) => arn });
};

interface TargetOptions {
  arn?: string;
  id: string;
  remove?: boolean;
}

const target = async (cli: Cli, rule: string, { arn = '', id, remove: isRemoved = false }: TargetOptions): Promise<void> => {
  const { rules } = await cli.strongroom();
  const options = { signal: cli.signal };
  const { failedEntries } = isRemoved
    ? await rules.removeTargets({ rule, ids: [id] }, options)
    : await rules.putTargets({ rule, targets: [{ id, arn }] }, options);
  const [failure] = failedEntries;
  if (failure !== undefined) throw new Error(`${failure.errorCode}: ${failure.errorMessage}`);
  cli.printer.done(isRemoved ? `${rule} no longer has the target ${id}.` : `${rule} leads to ${arn}.`, { rule, id, arn });
};
