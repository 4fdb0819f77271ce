import type { Cli } from '../../cli';
import { when } from '../../output/when';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { notConfirmed } from '../not-confirmed';

export const addWebhooks: AddCommand = (program, cli) => {
  const webhooks = program
    .command('webhooks')
    .description('webhooks, which get the messages of rules as signed CloudEvents')
    .addHelpText('after', examples('webhooks ls', 'webhooks create security --url https://hooks.example.com/strongroom'));
  webhooks
    .command('ls')
    .description('list webhooks')
    .addHelpText('after', examples('webhooks ls'))
    .action(() => list(cli));
  webhooks
    .command('create')
    .description('make a webhook, and print its signing secret, which is shown only here')
    .argument('<webhook>', 'its name')
    .requiredOption('--url <url>', 'where messages are sent')
    .option('--description <text>', 'what it is for')
    .addHelpText('after', examples('webhooks create security --url https://hooks.example.com/strongroom'))
    .action((name: string, options: { url: string; description?: string }) => create(cli, name, options));
  webhooks
    .command('update')
    .description('change where messages are sent, or whether they are')
    .argument('<webhook>', 'its name')
    .option('--url <url>', 'where messages are sent')
    .option('--enable', 'send messages')
    .option('--disable', 'send none')
    .addHelpText('after', examples('webhooks update security --disable'))
    .action((name: string, options: UpdateOptions) => update(cli, name, options));
  webhooks
    .command('rotate')
    .description('make a new signing secret and print it; for 24 hours the old one signs, too')
    .argument('<webhook>', 'its name')
    .addHelpText('after', examples('webhooks rotate security'))
    .action((name: string) => rotate(cli, name));
  webhooks
    .command('test')
    .description('send a message now, and say what came of it')
    .argument('<webhook>', 'its name')
    .addHelpText('after', examples('webhooks test security'))
    .action((name: string) => test(cli, name));
  webhooks
    .command('rm')
    .description('delete a webhook and all that waits for it')
    .argument('<webhook>', 'its name')
    .addHelpText('after', examples('webhooks rm security --yes'))
    .action((name: string) => remove(cli, name));
};

interface UpdateOptions {
  url?: string;
  enable?: boolean;
  disable?: boolean;
}

const list = async (cli: Cli): Promise<void> => {
  const { webhooks } = await cli.strongroom();
  const found = await webhooks.listWebhooks({}, { signal: cli.signal }).all();
  cli.printer.rows(found, {
    NAME: ({ name }) => name,
    STATE: ({ enabled }) => (enabled ? 'on' : 'off'),
    URL: ({ url }) => url,
    ROTATED: ({ lastRotatedDate }) => when(lastRotatedDate),
  });
};

const create = async (cli: Cli, name: string, { url, description }: { url: string; description?: string }): Promise<void> => {
  const { webhooks } = await cli.strongroom();
  const { webhook, signingSecret } = await webhooks.createWebhook({ name, url, description }, { signal: cli.signal });
  cli.printer.fields({ arn: webhook!.arn, signingSecret }, { ARN: webhook!.arn, 'SIGNING SECRET': signingSecret });
};

const update = async (cli: Cli, name: string, { url, enable, disable }: UpdateOptions): Promise<void> => {
  const { webhooks } = await cli.strongroom();
  const enabled = enable ? true : disable ? false : undefined;
  const { webhook } = await webhooks.updateWebhook({ name, url, enabled }, { signal: cli.signal });
  cli.printer.done(`Changed ${name}.`, webhook!);
};

const rotate = async (cli: Cli, name: string): Promise<void> => {
  const { webhooks } = await cli.strongroom();
  const { signingSecret, oldUntil } = await webhooks.rotateWebhookSecret({ name }, { signal: cli.signal });
  cli.printer.fields({ signingSecret, oldUntil }, { 'SIGNING SECRET': signingSecret, 'OLD ONE UNTIL': when(oldUntil) });
};

const test = async (cli: Cli, name: string): Promise<void> => {
  const { webhooks } = await cli.strongroom();
  const outcome = await webhooks.testWebhook({ name }, { signal: cli.signal });
  const { delivered, httpStatus, failureCode, failureMessage } = outcome;
  cli.printer.done(delivered ? `Delivered: status ${httpStatus}.` : `Not delivered. ${failureCode}: ${failureMessage}`, outcome);
};

const remove = async (cli: Cli, name: string): Promise<void> => {
  const { webhooks } = await cli.strongroom();
  if (!(await cli.confirmed(`Delete ${name} and all that waits for it?`))) throw notConfirmed();
  await webhooks.deleteWebhook({ name }, { signal: cli.signal });
  cli.printer.done(`Deleted ${name}.`, { name });
};
