import type { Cli } from '../../cli';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { notConfirmed } from '../not-confirmed';

const ITS_ARN = 'its ARN';

export const addTopics: AddCommand = (program, cli) => {
  const topics = program
    .command('topics')
    .description('topics, whose subscribers get the messages of rules and alarms')
    .addHelpText('after', examples('topics ls', 'topics create alerts', `topics subscribe ${ARN} email ops@example.com`));
  topics
    .command('ls')
    .description('list topics')
    .addHelpText('after', examples('topics ls'))
    .action(() => list(cli));
  topics
    .command('create')
    .description('make a topic, or print the ARN of the one that has this name')
    .argument('<topic>', 'its name')
    .option('--display-name <text>', 'whom its mails are from')
    .addHelpText('after', examples('topics create alerts --display-name "Secrets of prod"'))
    .action((name: string, options: { displayName?: string }) => create(cli, name, options));
  topics
    .command('subscribe')
    .description('ask an endpoint whether it wants the messages of a topic')
    .argument('<topic>', ITS_ARN)
    .argument('<protocol>', 'https, email, or http on the loopback interface')
    .argument('<endpoint>', 'a URL or a mail address')
    .option('--filter <json>', 'a filter policy: which messages it gets')
    .option('--raw', 'send the message alone, without its JSON form')
    .addHelpText('after', examples(`topics subscribe ${ARN} email ops@example.com`))
    .action((topicArn: string, protocol: string, endpoint: string, options: SubscribeOptions) =>
      subscribe(cli, { topicArn, protocol, endpoint }, options),
    );
  topics
    .command('subscriptions')
    .description('list the subscriptions to a topic, or to all of the account')
    .argument('[topic]', ITS_ARN)
    .addHelpText('after', examples('topics subscriptions', `topics subscriptions ${ARN}`))
    .action((topicArn: string | undefined) => subscriptions(cli, topicArn));
  topics
    .command('unsubscribe')
    .description('end a subscription')
    .argument('<subscription>', ITS_ARN)
    .addHelpText('after', examples(`topics unsubscribe ${ARN}:5e5ad9c1-3b4b-4a55-9c6b-0a3f7f3d9f10`))
    .action((subscriptionArn: string) => unsubscribe(cli, subscriptionArn));
  topics
    .command('publish')
    .description('send a message to the subscribers of a topic')
    .argument('<topic>', ITS_ARN)
    .argument('<message>', 'the message; never a secret value')
    .option('--subject <text>', 'the subject of its mails')
    .addHelpText('after', examples(`topics publish ${ARN} "Rotation is off until noon." --subject Maintenance`))
    .action((topicArn: string, message: string, options: { subject?: string }) => publish(cli, topicArn, message, options));
  topics
    .command('rm')
    .description('delete a topic and its subscriptions')
    .argument('<topic>', ITS_ARN)
    .addHelpText('after', examples(`topics rm ${ARN} --yes`))
    .action((topicArn: string) => remove(cli, topicArn));
};

const ARN = 'arn:aws:sns:us-east-1:000000000000:alerts';

interface SubscribeOptions {
  filter?: string;
  raw?: boolean;
}

const list = async (cli: Cli): Promise<void> => {
  const { topics } = await cli.strongroom();
  const found = await topics.listTopics({}, { signal: cli.signal }).all();
  cli.printer.rows(found, { TOPIC: ({ topicArn }) => topicArn });
};

const create = async (cli: Cli, name: string, { displayName }: { displayName?: string }): Promise<void> => {
  const { topics } = await cli.strongroom();
  const attributes = displayName === undefined ? {} : { DisplayName: displayName };
  const made = await topics.createTopic({ name, attributes }, { signal: cli.signal });
  cli.printer.fields(made, { ARN: made.topicArn });
};

const subscribe = async (
  cli: Cli,
  wish: { topicArn: string; protocol: string; endpoint: string },
  { filter, raw }: SubscribeOptions,
): Promise<void> => {
  const { topics } = await cli.strongroom();
  const attributes = { ...(filter !== undefined && { FilterPolicy: filter }), ...(raw && { RawMessageDelivery: 'true' }) };
  const made = await topics.subscribe({ ...wish, attributes, returnSubscriptionArn: true }, { signal: cli.signal });
  cli.printer.done(`Asked ${wish.endpoint}. It gets messages as soon as its owner has confirmed that.`, made);
};

const subscriptions = async (cli: Cli, topicArn: string | undefined): Promise<void> => {
  const { topics } = await cli.strongroom();
  const options = { signal: cli.signal };
  const found =
    topicArn === undefined
      ? await topics.listSubscriptions({}, options).all()
      : await topics.listSubscriptionsByTopic({ topicArn }, options).all();
  cli.printer.rows(found, {
    PROTOCOL: ({ protocol }) => protocol,
    ENDPOINT: ({ endpoint }) => endpoint,
    SUBSCRIPTION: ({ subscriptionArn }) => subscriptionArn,
  });
};

const unsubscribe = async (cli: Cli, subscriptionArn: string): Promise<void> => {
  const { topics } = await cli.strongroom();
  await topics.unsubscribe({ subscriptionArn }, { signal: cli.signal });
  cli.printer.done('Ended the subscription.', { subscriptionArn });
};

const publish = async (cli: Cli, topicArn: string, message: string, { subject }: { subject?: string }): Promise<void> => {
  const { topics } = await cli.strongroom();
  const published = await topics.publish({ topicArn, message, subject }, { signal: cli.signal });
  cli.printer.done(`Published ${published.messageId}.`, published);
};

const remove = async (cli: Cli, topicArn: string): Promise<void> => {
  const { topics } = await cli.strongroom();
  if (!(await cli.confirmed(`Delete ${topicArn} and its subscriptions?`))) throw notConfirmed();
  await topics.deleteTopic({ topicArn }, { signal: cli.signal });
  cli.printer.done(`Deleted ${topicArn}.`, { topicArn });
};
