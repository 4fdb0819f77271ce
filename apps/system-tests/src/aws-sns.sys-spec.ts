import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { get, globalAgent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { DeleteRuleCommand, PutRuleCommand, PutTargetsCommand, RemoveTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateSecretCommand, DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import {
  AuthorizationErrorException,
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  InvalidParameterException,
  ListSubscriptionsByTopicCommand,
  ListTagsForResourceCommand,
  NotFoundException,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { eventually } from '@strongroom/testing';
import { SMTPServer } from 'smtp-server';
import MessageValidator from 'sns-validator';
import { Aws, errorOf } from './support/aws';
import { System, unique } from './support/system';

type Message = Record<string, string>;

let system: System;
let aws: Aws;
let receiver: Server;
let mailServer: SMTPServer;
const received: { headers: IncomingHttpHeaders; body: string }[] = [];
const mails: string[] = [];
const before = globalAgent.options.ca;

beforeAll(async () => {
  system = await System.shared();
  aws = new Aws(system.cluster, system.cluster.adminCredentials);
  // The validator, and whoever follows a link, know the cluster's authority.
  globalAgent.options.ca = readFileSync(system.cluster.adminCertificate.caFile);
  receiver = createServer((incoming, response) => {
    let body = '';
    incoming.setEncoding('utf8').on('data', (part: string) => (body += part));
    incoming.on('end', () => {
      received.push({ headers: incoming.headers, body });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  mailServer = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        mails.push(Buffer.concat(parts).toString().replaceAll('=\r\n', '').replaceAll('=3D', '='));
        done();
      });
    },
  });
  await new Promise<void>((resolve) => mailServer.listen(system.cluster.mailPort, '127.0.0.1', resolve));
});
afterAll(async () => {
  globalAgent.options.ca = before;
  globalAgent.destroy();
  receiver?.close().closeAllConnections();
  await new Promise<void>((resolve) => (mailServer ? mailServer.close(resolve) : resolve()));
  aws?.close();
  await system?.stop();
});

const hook = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
const messagesOf = (topicArn: string, type: string): Message[] =>
  received
    .filter(({ headers }) => headers['x-amz-sns-message-type'] === type && headers['x-amz-sns-topic-arn'] === topicArn)
    .map(({ body }) => JSON.parse(body) as Message);

/** As anybody does it who has a message: without a signature. */
const follow = (url: string, method = 'GET'): Promise<{ status?: number; body: string }> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { method }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
    asked.once('error', reject);
    asked.end(method === 'POST' ? 'List-Unsubscribe=One-Click' : undefined);
  });

const validated = (message: Message): Promise<object> =>
  new Promise((resolve, reject) =>
    new MessageValidator(/^(?:localhost|127\.0\.0\.1):\d+$/).validate({ ...message }, (error, valid) =>
      error ? reject(error) : resolve(valid ?? {}),
    ),
  );

it('tells a receiver and a mailbox of the deletion of a secret, by a rule', async () => {
  const [name, SecretId] = [unique('topic'), unique('sns')];
  const Tags = [{ Key: 'team', Value: 'blue' }];
  const { TopicArn } = await aws.sns.send(new CreateTopicCommand({ Name: name, Tags, Attributes: { DisplayName: 'Prod' } }));
  expect((await aws.sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }))).Tags).toEqual(Tags);
  const subscribe = (Protocol: string, Endpoint: string) =>
    aws.sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint, ReturnSubscriptionArn: true }));
  const { SubscriptionArn } = await subscribe('http', hook());
  await subscribe('email', 'ops@example.com');

  const [asked] = await eventually('a confirmation over http', () => {
    const found = messagesOf(TopicArn!, 'SubscriptionConfirmation');
    return found.length > 0 && found;
  });
  await validated(asked!);
  const confirmed = await follow(asked!['SubscribeURL']!);
  expect(confirmed.body).toContain(`<SubscriptionArn>${SubscriptionArn}</SubscriptionArn>`);
  const mail = await eventually('a confirmation by mail', () => mails.find((text) => text.includes(name)));
  const [page = ''] = /https:\S+confirmation\.html\S+/.exec(mail) ?? [];
  // A scanner of mails follows links, but confirms nothing.
  expect((await follow(page)).body).toContain('<button>Confirm</button>');
  const pending = async () =>
    (await aws.sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes?.['SubscriptionsPending'];
  expect(await pending()).toBe('1');
  expect((await follow(page, 'POST')).status).toBe(200);
  expect(await pending()).toBe('0');

  const EventPattern = JSON.stringify({ source: ['aws.secretsmanager'], detail: { eventName: ['DeleteSecret'] } });
  await aws.events.send(new PutRuleCommand({ Name: name, EventPattern }));
  await aws.events.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: 'topic', Arn: TopicArn! }] }));
  const { ARN } = await aws.secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'never in a message' }));
  await aws.secrets.send(new DeleteSecretCommand({ SecretId }));
  const told = await eventually('the deletion over http', () =>
    messagesOf(TopicArn!, 'Notification').find(({ Message: text }) => text!.includes(ARN!)),
  );
  expect(await validated(told)).toMatchObject({ TopicArn, SignatureVersion: '2' });
  expect(JSON.parse(told['Message']!)).toMatchObject({ source: 'aws.secretsmanager', detail: { eventName: 'DeleteSecret' } });
  await expect(validated({ ...told, Subject: 'Nothing was deleted' })).rejects.toThrow('signature');
  const written = await eventually('the deletion by mail', () => mails.find((text) => text.includes(ARN!)));
  expect(JSON.stringify([received, mails])).not.toContain('never in a message');

  // One click in the mailbox ends that subscription, and no other.
  const [link = ''] = /https:\S+unsubscribe\.html[^\s>]+/.exec(written) ?? [];
  expect((await follow(link)).body).toContain('<button>');
  expect(
    (
      await follow(
        link.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
        'POST',
      )
    ).status,
  ).toBe(400);
  expect((await follow(link, 'POST')).status).toBe(200);
  const { Subscriptions } = await aws.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  expect(Subscriptions).toMatchObject([{ SubscriptionArn, Protocol: 'http', Endpoint: hook() }]);

  await aws.sns.send(new UnsubscribeCommand({ SubscriptionArn }));
  await aws.events.send(new RemoveTargetsCommand({ Rule: name, Ids: ['topic'] }));
  await aws.events.send(new DeleteRuleCommand({ Name: name }));
  await aws.sns.send(new DeleteTopicCommand({ TopicArn }));
  expect(await errorOf(aws.sns.send(new GetTopicAttributesCommand({ TopicArn })))).toBeInstanceOf(NotFoundException);
});

it('publishes with attributes, filters and batches', async () => {
  const { TopicArn } = await aws.sns.send(new CreateTopicCommand({ Name: unique('topic') }));
  const Attributes = { FilterPolicy: JSON.stringify({ kind: ['wanted'] }) };
  const asking = new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: hook(), Attributes, ReturnSubscriptionArn: true });
  const { SubscriptionArn } = await aws.sns.send(asking);
  const { Token } = await eventually('a confirmation', () => messagesOf(TopicArn!, 'SubscriptionConfirmation')[0]);
  await aws.sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
  const kind = (StringValue: string) => ({ kind: { DataType: 'String', StringValue } });
  const bytes = { bytes: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) } };
  await aws.sns.send(new PublishCommand({ TopicArn, Message: 'no', MessageAttributes: kind('other') }));
  await aws.sns.send(
    new PublishCommand({ TargetArn: TopicArn, Message: 'a & <b> é', MessageAttributes: { ...kind('wanted'), ...bytes } }),
  );
  const { Successful, Failed } = await aws.sns.send(
    new PublishBatchCommand({
      TopicArn,
      PublishBatchRequestEntries: [
        { Id: 'one', Message: '1', MessageAttributes: kind('wanted') },
        { Id: 'two', Message: '2', Subject: 'two\nlines' },
      ],
    }),
  );
  expect([Successful, Failed]).toMatchObject([[{ Id: 'one' }], [{ Id: 'two', SenderFault: true }]]);
  const messages = await eventually('two messages', () => {
    const found = messagesOf(TopicArn!, 'Notification');
    return found.length === 2 && found;
  });
  expect(messages.map(({ Message: text }) => text).sort()).toEqual(['1', 'a & <b> é']);
  expect(messages.find(({ Message: text }) => text !== '1')).toMatchObject({
    MessageAttributes: { kind: { Type: 'String', Value: 'wanted' }, bytes: { Type: 'Binary', Value: 'AP8=' } },
  });

  const set = { SubscriptionArn, AttributeName: 'RawMessageDelivery', AttributeValue: 'true' };
  await aws.sns.send(new SetSubscriptionAttributesCommand(set));
  const shown = await aws.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  expect(shown.Attributes).toMatchObject({ ...Attributes, RawMessageDelivery: 'true', PendingConfirmation: 'false' });
  await aws.sns.send(new DeleteTopicCommand({ TopicArn }));
});

it("has SNS's errors", async () => {
  const { sns } = aws;
  expect(await errorOf(sns.send(new CreateTopicCommand({ Name: 'not a name' })))).toBeInstanceOf(InvalidParameterException);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: unique('topic') }));
  const queue = new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: 'arn:aws:sqs:us-east-1:000000000000:q' });
  expect(await errorOf(sns.send(queue))).toBeInstanceOf(InvalidParameterException);
  const user = await system.user('sns');
  const { accessKey, secretAccessKey } = await system.admin.identity.createAccessKey({ userName: user.name });
  const powerless = new Aws(system.cluster, { accessKeyId: accessKey!.accessKeyId, secretAccessKey });
  const refused = await errorOf(powerless.sns.send(new PublishCommand({ TopicArn, Message: 'x' })));
  expect(refused).toBeInstanceOf(AuthorizationErrorException);
  expect(refused.$metadata?.httpStatusCode).toBe(403);
  powerless.close();
  await sns.send(new DeleteTopicCommand({ TopicArn }));
});

it('shows its certificate to anybody, and nothing else without a signature', async () => {
  const status = (path: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      get(`${aws.origin}${path}`, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).once('error', reject);
    });
  expect(await status('/SimpleNotificationService-0000.pem')).toBe(404);
  expect(await status('/?Action=ListTopics&Version=2010-03-31')).toBe(403);
  expect(await status('/?Action=Unsubscribe&SubscriptionArn=x')).toBe(400);
});
