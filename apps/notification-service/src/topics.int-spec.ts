import { verify } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DAY, MINUTE } from '@strongroom/clock';
import { eventually, temporaryDirectory } from '@strongroom/testing';
import MessageValidator from 'sns-validator';
import { ACCOUNT, REGION, startMailServer, startTestTopics, TestReceiver } from './topics.testing';
import { Outbox } from './persistence/outbox';

const PASSWORD = 'of-the-mail-server-7';
const folder = temporaryDirectory('topics');
const arnOf = (name: string) => `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`;

let test: Awaited<ReturnType<typeof startTestTopics>>;
let mail: Awaited<ReturnType<typeof startMailServer>>;
let receiver: TestReceiver;
let endpoint: string;

beforeAll(async () => {
  const passwordFile = join(folder.path, 'password');
  writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  mail = await startMailServer(PASSWORD);
  test = await startTestTopics({ port: mail.port, passwordFile });
  receiver = await TestReceiver.start(test.tls);
  endpoint = `https://localhost:${receiver.port}/hook`;
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.status = 200;
  mail.mails.length = 0;
  test.recorder.events.length = 0;
});
afterAll(async () => {
  await test?.stop();
  await receiver?.stop();
  await mail?.stop();
  folder.remove();
});

/** As AWS publishes it for JavaScript; only the host of the certificate is another one. */
const validated = (message: Record<string, string>): Promise<Record<string, unknown>> =>
  new Promise((resolve, reject) =>
    new MessageValidator(/^localhost:\d+$/).validate(message, (error, valid) => (error ? reject(error) : resolve(valid ?? {}))),
  );

/** By the form that SNS documents: the validator for JavaScript forgets the token of this type. */
async function isSigned(message: Record<string, string>): Promise<boolean> {
  const names = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const text = names.map((name) => `${name}\n${message[name]}\n`).join('');
  const [, certificateId = ''] = /SimpleNotificationService-(\w+)\.pem$/.exec(message['SigningCertURL']!) ?? [];
  const { pem } = await test.links.getSigningCertificate({ certificateId });
  return verify('sha256', Buffer.from(text), pem, Buffer.from(message['Signature']!, 'base64'));
}

const parametersOf = (url: string) => Object.fromEntries(new URL(url).searchParams);

/** A topic with one confirmed subscription of the receiver. */
async function subscribed(name: string, attributes: Record<string, string> = {}) {
  const api = test.as();
  const { topicArn } = await api.createTopic({ name });
  const asked = { topicArn, protocol: 'https', endpoint: `${endpoint}/${name}`, attributes, returnSubscriptionArn: true };
  const { subscriptionArn } = await api.subscribe(asked);
  const [confirmation] = await receiver.messages('SubscriptionConfirmation');
  const { Token: token = '' } = parametersOf(confirmation!['SubscribeURL']!);
  await test.links.followConfirmationLink({ topicArn, token });
  return { api, topicArn, subscriptionArn, confirmation: confirmation! };
}

describe('a subscription over https', () => {
  it('gets signed messages once its owner has confirmed it, and none after it has ended', async () => {
    const { api, topicArn, subscriptionArn, confirmation } = await subscribed('alerts');
    expect(await validated({ ...confirmation })).toMatchObject({ Type: 'SubscriptionConfirmation', TopicArn: topicArn });
    expect(receiver.received[0]!.headers).toMatchObject({
      'content-type': 'text/plain; charset=UTF-8',
      'x-amz-sns-message-type': 'SubscriptionConfirmation',
      'x-amz-sns-topic-arn': topicArn,
    });
    expect(test.recorder.events).toContainEqual(
      expect.objectContaining({ eventSource: 'sns.amazonaws.com', eventName: 'ConfirmSubscription' }),
    );

    const messageAttributes = { kind: { dataType: 'String', stringValue: 'deleted' } };
    const { messageId } = await api.publish({ topicArn, subject: 'Deleted', message: 'prod/db is gone', messageAttributes });
    const [message] = await receiver.messages('Notification');
    expect(await validated({ ...message! })).toMatchObject({
      ...{ MessageId: messageId, Subject: 'Deleted', Message: 'prod/db is gone', SignatureVersion: '2' },
      MessageAttributes: { kind: { Type: 'String', Value: 'deleted' } },
    });
    await expect(validated({ ...message!, Message: 'nothing is gone' })).rejects.toThrow('signature');

    const { SubscriptionArn, Token: token } = parametersOf(message!['UnsubscribeURL']!);
    expect(SubscriptionArn).toBe(subscriptionArn);
    const wrong = { subscriptionArn, token: token!.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')) };
    await expect(test.links.followUnsubscribeLink(wrong)).rejects.toMatchObject({ reason: 'InvalidParameterException' });
    await test.links.followUnsubscribeLink({ subscriptionArn, token });
    const [farewell] = await receiver.messages('UnsubscribeConfirmation');
    expect(await isSigned(farewell!)).toBe(true);
    await api.publish({ topicArn, message: 'for nobody' });
    await expect(api.getSubscriptionAttributes({ subscriptionArn })).rejects.toMatchObject({ reason: 'NotFoundException' });
    expect((await api.getTopicAttributes({ topicArn })).attributes).toMatchObject({
      ...{ SubscriptionsConfirmed: '0', SubscriptionsDeleted: '1', SignatureVersion: '2', Owner: ACCOUNT },
    });
    // Whoever got the farewell may take it back.
    await test.links.followConfirmationLink({ topicArn, token: farewell!['Token'] });
    await api.publish({ topicArn, message: 'again' });
    const messages = await receiver.messages('Notification', 2);
    expect(messages.map((one) => one['Message'])).toEqual(['prod/db is gone', 'again']);
  });

  it('is tried again, with the same id, until its receiver accepts a message', async () => {
    const { api, topicArn } = await subscribed('patient');
    receiver.status = 302;
    await api.publish({ topicArn, message: 'keep trying' });
    await receiver.messages('Notification');
    receiver.status = 200;
    const [first, second] = await eventually('another try', () => {
      // Time passes only here.
      test.clock.advance(MINUTE);
      const tries = receiver.received.filter(({ headers }) => headers['x-amz-sns-message-type'] === 'Notification');
      return tries.length === 2 && tries;
    });
    expect(second!.headers['x-amz-sns-message-id']).toBe(first!.headers['x-amz-sns-message-id']);
  });

  it('gets only what its filter lets through, and the message alone if it wants that', async () => {
    const { api, topicArn, subscriptionArn } = await subscribed('filtered', {
      FilterPolicy: JSON.stringify({ kind: [{ prefix: 'Delete' }] }),
    });
    const kind = (stringValue: string) => ({ kind: { dataType: 'String', stringValue } });
    await api.publish({ topicArn, message: 'no', messageAttributes: kind('Put') });
    await api.publish({ topicArn, message: 'yes', messageAttributes: kind('DeleteSecret') });
    expect(await receiver.messages('Notification')).toMatchObject([{ Message: 'yes' }]);

    const set = (attributeName: string, attributeValue: string) =>
      api.setSubscriptionAttributes({ subscriptionArn, attributeName, attributeValue });
    await set('FilterPolicyScope', 'MessageBody');
    await set('FilterPolicy', JSON.stringify({ detail: { eventName: ['DeleteSecret'] } }));
    await set('RawMessageDelivery', 'true');
    await set('DeliveryPolicy', '{"requestPolicy":{"headerContentType":"application/json"}}');
    await expect(set('FilterPolicyScope', 'MessageAttributes')).rejects.toMatchObject({ reason: 'InvalidParameterException' });
    const body = JSON.stringify({ detail: { eventName: 'DeleteSecret' } });
    await api.publish({ topicArn, message: JSON.stringify({ detail: { eventName: 'Other' } }) });
    await api.publish({ topicArn, message: body });
    const raw = await eventually('a raw message', () =>
      receiver.received.find(({ headers }) => headers['x-amz-sns-rawdelivery'] === 'true'),
    );
    expect(raw.body).toBe(body);
    expect(raw.headers['content-type']).toBe('application/json');
  });

  it('gets what a rule sends to its topic, in the order of the resource', async () => {
    const { topicArn } = await subscribed('from-rules');
    const target = { accountId: ACCOUNT, ruleName: 'r', ruleArn: 'arn:aws:events:r', targetId: 't', arn: topicArn };
    const of = (messageId: string, text: string) => ({
      ...{ messageId, text, eventId: messageId, source: 'aws.secretsmanager', detailType: 'x', eventName: 'DeleteSecret' },
      ...{ time: test.clock.now(), subject: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:db-a1B2c3', orderingKey: 'db' },
    });
    const kind = test.targets().find((one) => one.matches(topicArn))!;
    const outbox = new Outbox(test.clock);
    await test.pool.transaction(async (tx) => {
      for (const message of [of('m-1', '{"n":1}'), of('m-2', '{"n":2}')])
        await outbox.add(tx, await kind.expand(tx, target, message));
      const elsewhere = { ...target, accountId: '111111111111' };
      expect(await kind.expand(tx, elsewhere, of('m-3', '{}'))).toEqual([]);
    });
    const messages = await receiver.messages('Notification', 2);
    expect(messages).toMatchObject([
      { Message: '{"n":1}', Subject: 'DeleteSecret db-a1B2c3' },
      { Message: '{"n":2}', MessageId: 'm-2' },
    ]);
  });
});

describe('a confirmation', () => {
  it('is sent again at most once a minute, replaces the one before, and ends after two days', async () => {
    const api = test.as();
    const { topicArn } = await api.createTopic({ name: 'waiting' });
    const asked = { topicArn, protocol: 'https', endpoint };
    expect(await api.subscribe(asked)).toEqual({ subscriptionArn: 'pending confirmation' });
    await api.subscribe(asked);
    const [first] = await receiver.messages('SubscriptionConfirmation');
    test.clock.advance(MINUTE);
    await api.subscribe(asked);
    const [, second, ...more] = await receiver.messages('SubscriptionConfirmation', 2);
    expect(more).toEqual([]);
    const confirm = (token = '') => api.confirmSubscription({ topicArn, token, authenticateOnUnsubscribe: 'true' });
    await expect(confirm(first!['Token'])).rejects.toMatchObject({ reason: 'InvalidParameterException' });
    const other = await api.createTopic({ name: 'other' });
    const elsewhere = test.links.followConfirmationLink({ topicArn: other.topicArn, token: second!['Token'] });
    await expect(elsewhere).rejects.toMatchObject({ reason: 'InvalidParameterException' });
    test.clock.advance(2 * DAY + 1);
    await expect(confirm(second!['Token'])).rejects.toMatchObject({ reason: 'InvalidParameterException' });
    test.clock.advance(-2 * DAY);
    const { subscriptionArn } = await confirm(second!['Token']);
    expect((await api.getSubscriptionAttributes({ subscriptionArn })).attributes).toMatchObject({
      ...{ ConfirmationWasAuthenticated: 'true', PendingConfirmation: 'false', Protocol: 'https', Endpoint: endpoint },
    });
  });

  it('is stored nowhere, nor is the key that signs', async () => {
    const api = test.as();
    const { topicArn } = await api.createTopic({ name: 'unstored' });
    receiver.status = 500;
    await api.subscribe({ topicArn, protocol: 'https', endpoint: `${endpoint}/unstored` });
    const [{ Token: token } = {}] = await receiver.messages('SubscriptionConfirmation');
    const rows = await test.pool.query('SELECT payload FROM delivery', []);
    const subscriptions = await test.pool.query('SELECT * FROM subscription', []);
    const identities = await test.pool.query<{ sealed_key: Buffer }>('SELECT sealed_key FROM signing_identity', []);
    expect(JSON.stringify([rows, subscriptions])).not.toContain(token!.slice(-64));
    expect(identities.map(({ sealed_key: sealed }) => sealed.toString('latin1').slice(0, 7))).toEqual(['sealed ']);
  });
});

describe('a subscription by mail', () => {
  it('is asked first, then gets plain text with a way to end it', async () => {
    const api = test.as();
    const { topicArn } = await api.createTopic({ name: 'mails', attributes: { DisplayName: 'Secrets of prod' } });
    await api.subscribe({ topicArn, protocol: 'email', endpoint: 'ops@example.org' });
    const [asking] = await eventually('a mail', () => mail.mails.length === 1 && mail.mails);
    const [page = ''] = /https:\S+confirmation\.html\S+/.exec(asking!.text) ?? [];
    await test.links.followConfirmationLink({ topicArn, token: parametersOf(page)['Token'] });
    const { messageId } = await api.publish({ topicArn, subject: 'Rotation failed', message: 'Look at prod/db.' });
    const [, told] = await eventually('another mail', () => mail.mails.length === 2 && mail.mails);
    expect(told!.to).toEqual(['ops@example.org']);
    expect(told!.text).toContain('From: Secrets of prod <alerts@example.com>');
    expect(told!.text).toContain('Subject: Rotation failed');
    expect(told!.text).toContain('Look at prod/db.');
    expect(told!.text).toContain(`Message-ID: <${messageId}.`);
    expect(told!.text).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    const [link = ''] = /https:\S+unsubscribe\.html[^\s>]+/.exec(told!.text) ?? [];
    const { SubscriptionArn: subscriptionArn, Token: token } = parametersOf(link);
    await test.links.followUnsubscribeLink({ subscriptionArn, token });
    expect((await api.listSubscriptionsByTopic({ topicArn })).subscriptions).toEqual([]);
  });

  it('is a dead letter where there is no such mailbox', async () => {
    mail.refused.add('nobody@example.org');
    const api = test.as();
    const { topicArn } = await api.createTopic({ name: 'nobody' });
    await api.subscribe({ topicArn, protocol: 'email', endpoint: 'nobody@example.org' });
    const dead = await eventually('a dead letter', async () => {
      const [row] = await test.pool.query<{ failure_code: string }>(
        "SELECT failure_code FROM delivery WHERE dead_at IS NOT NULL AND destination_kind = 'email'",
        [],
      );
      return row;
    });
    expect(dead.failure_code).toBe('MailRefused');
  });
});

describe('topics', () => {
  it('are made once by name, with their attributes and tags', async () => {
    const api = test.as();
    const tags = [{ key: 'team', value: 'db' }];
    const { topicArn } = await api.createTopic({ name: 'made', tags, attributes: { DisplayName: 'Made' } });
    expect(topicArn).toBe(arnOf('made'));
    expect(await api.createTopic({ name: 'made', tags })).toEqual({ topicArn });
    await expect(api.createTopic({ name: 'made', attributes: { DisplayName: 'Other' } })).rejects.toThrow('different attributes');
    await expect(api.createTopic({ name: 'made', tags: [{ key: 'team', value: 'x' }] })).rejects.toThrow('different tags');
    await api.tagTopic({ resourceArn: topicArn, tags: [{ key: 'env', value: 'prod' }] });
    await api.untagTopic({ resourceArn: topicArn, tagKeys: ['team'] });
    expect(await api.listTopicTags({ resourceArn: topicArn })).toEqual({ tags: [{ key: 'env', value: 'prod' }] });
    expect((await api.listTopics({})).topics).toContainEqual({ topicArn });
    await api.deleteTopic({ topicArn });
    await api.deleteTopic({ topicArn });
    await expect(api.getTopicAttributes({ topicArn })).rejects.toMatchObject({ reason: 'NotFoundException' });
  });

  it('are open to whom their policy or their own policies name, and to nobody else', async () => {
    const { topicArn } = await test.as().createTopic({ name: 'guarded' });
    const stranger = test.as({ name: 'stranger', policies: [], accountId: '111111111111' });
    const refused = { reason: 'AccessDeniedException' };
    await expect(stranger.publish({ topicArn, message: 'x' })).rejects.toMatchObject(refused);
    await expect(stranger.publish({ topicArn: arnOf('absent'), message: 'x' })).rejects.toMatchObject(refused);
    const allowed = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: '*', Action: 'sns:Publish', Resource: topicArn },
    };
    await test.as().setTopicAttributes({ topicArn, attributeName: 'Policy', attributeValue: JSON.stringify(allowed) });
    const publisher = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'sns:Publish', Resource: '*' } };
    const friend = test.as({ name: 'friend', policies: [publisher], accountId: '111111111111' });
    expect((await friend.publish({ topicArn, message: 'x' })).messageId).toMatch(/^[0-9a-f-]{36}$/);
    await expect(friend.deleteTopic({ topicArn })).rejects.toMatchObject(refused);
    const bad = test.as().setTopicAttributes({ topicArn, attributeName: 'Policy', attributeValue: '{}' });
    await expect(bad).rejects.toMatchObject({ reason: 'MalformedPolicyDocumentException' });
  });

  it('take batches, each message for itself', async () => {
    const { api, topicArn } = await subscribed('batches');
    const { successful, failed } = await api.publishBatch({
      topicArn,
      publishBatchRequestEntries: [
        { id: 'a', message: 'one' },
        { id: 'b', message: '' },
      ],
    });
    expect(successful).toMatchObject([{ id: 'a' }]);
    expect(failed).toMatchObject([{ id: 'b', code: 'InvalidParameter', senderFault: true }]);
    expect(await receiver.messages('Notification')).toMatchObject([{ Message: 'one', MessageId: successful[0]!.messageId }]);
  });
});
