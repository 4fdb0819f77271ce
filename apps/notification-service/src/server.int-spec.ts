import { randomUUID } from 'node:crypto';
import { NOTIFICATION } from '@strongroom/bounds';
import { DeliveryState } from '@strongroom/contracts/strongroom/notification/v1/deliveries';
import { RuleState } from '@strongroom/contracts/strongroom/notification/v1/rules';
import { DAY, MINUTE } from '@strongroom/clock';
import { eventually } from '@strongroom/testing';
import { Webhook } from 'standardwebhooks';
import { FakeReceiver } from './domain/fake-receiver.testing';
import { ACCOUNT, REGION, startTestNotification, type TestNotification } from './server.testing';
import { sampleEvent } from './domain/sample-event.testing';

const secretArn = (name: string) => `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-AbCdEf`;

let service: TestNotification;
let api: ReturnType<TestNotification['as']>;
const receivers: FakeReceiver[] = [];

beforeAll(async () => {
  service = await startTestNotification('notification');
  api = service.as();
  ({ receiver: marker } = await listening('TagResource'));
});
afterAll(async () => {
  await service?.stop();
  for (const receiver of receivers) await receiver.stop();
});

/** What happens to a secret, in the trail. */
function happens(eventName: string, secret: string, mark = ''): string {
  const eventId = randomUUID();
  const resources = [{ arn: secretArn(secret), type: 'AWS::SecretsManager::Secret', versionId: '' }];
  const at = { eventId, eventTime: service.clock.now(), readOnly: false, requestParameters: { mark } };
  service.trail.add(sampleEvent({ eventName, resources, ...at }));
  return eventId;
}

const pattern = (eventName: string): string =>
  JSON.stringify({
    source: ['aws.secretsmanager'],
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: { eventName: [eventName] },
  });

/** A receiver that a rule of its own leads to, for events of this name. */
async function listening(eventName: string, url?: string) {
  const receiver = await FakeReceiver.start();
  receivers.push(receiver);
  const { webhook, signingSecret } = await api.webhooks.createWebhook({ name: eventName, url: url ?? receiver.url });
  await api.rules.putRule({ name: eventName, eventPattern: pattern(eventName) });
  await api.rules.putTargets({ rule: eventName, targets: [{ id: 'hook', arn: webhook!.arn }] });
  return { receiver, webhook: webhook!, signingSecret };
}

const dead = async () => (await api.deliveries.listDeliveries({ state: DeliveryState.DEAD })).deliveries;
const failed = async () => (await api.deliveries.listDeliveries({ state: DeliveryState.FAILED })).deliveries;
const arrived = (receiver: FakeReceiver, count: number) => eventually('arrives', () => receiver.received.length >= count);

let marker: FakeReceiver;
let marks = 0;

/** What has happened before is in the outbox: the events of an account are taken in order. */
async function everythingTaken(): Promise<void> {
  happens('TagResource', `mark-${++marks}`);
  await arrived(marker, marks);
}

it('tells a webhook of an event, as a signed CloudEvent', async () => {
  const { receiver, signingSecret } = await listening('PutSecretValue');
  happens('PutSecretValue', 'db', 'first');
  happens('GetSecretValue', 'db');
  await arrived(receiver, 1);
  const [{ headers, body }] = receiver.received as [FakeReceiver['received'][number]];
  expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
  const event = new Webhook(signingSecret).verify(body, headers as Record<string, string>);
  expect(event).toMatchObject({
    specversion: '1.0',
    id: headers['webhook-id'],
    source: `arn:aws:events:${REGION}:${ACCOUNT}:rule/PutSecretValue`,
    type: 'aws.secretsmanager.PutSecretValue',
    subject: secretArn('db'),
    data: { source: 'aws.secretsmanager', account: ACCOUNT, detail: { eventName: 'PutSecretValue', eventType: 'AwsApiCall' } },
  });
  await eventually('is forgotten', async () => (await api.deliveries.listDeliveries()).deliveries.length === 0);

  const { signingSecret: next } = await api.webhooks.rotateWebhookSecret({ name: 'PutSecretValue' });
  happens('PutSecretValue', 'db', 'second');
  await arrived(receiver, 2);
  const second = receiver.received[1]!;
  for (const secret of [signingSecret, next]) {
    expect(() => new Webhook(secret).verify(second.body, second.headers as Record<string, string>)).not.toThrow();
  }
  expect(JSON.stringify(service.recorder.events)).not.toContain(next);
});

it('tries again with the same id and in order for one secret, while others are told', async () => {
  const { receiver } = await listening('UpdateSecret');
  receiver.status(500);
  happens('UpdateSecret', 'slow', '1');
  happens('UpdateSecret', 'slow', '2');
  await arrived(receiver, 1);
  await eventually('has failed', async () => (await failed()).length === 1);
  expect(await failed()).toMatchObject([{ failureCode: 'ReceiverRefused', attempts: 1, destination: 'UpdateSecret' }]);
  service.clock.advance(3_000);
  const measured = await service.metrics.registry.metrics();
  expect(measured).toMatch(/strongroom_notification_delivery_backlog\{kind="webhook",[^}]*\} 2\n/);
  expect(measured).toMatch(/strongroom_notification_delivery_oldest_seconds\{kind="webhook",[^}]*\} 3\n/);
  expect(receiver.received).toHaveLength(1);
  receiver.answer = (response) => response.writeHead(204).end();
  happens('UpdateSecret', 'other', '3');
  await arrived(receiver, 2);
  await service.emptyRedis();
  service.clock.advance(MINUTE);
  await arrived(receiver, 4);
  expect(receiver.details.map(({ requestParameters }) => requestParameters.mark)).toEqual(['1', '3', '1', '2']);
  expect(receiver.ids[2]).toBe(receiver.ids[0]);
});

it('gives up after a day, and makes the delivery again when it is asked to', async () => {
  const { receiver } = await listening('DeleteSecret');
  receiver.status(302, { location: 'http://127.0.0.1:1/' });
  happens('DeleteSecret', 'db', '1');
  await eventually('has failed', async () => (await failed()).length === 1);
  expect((await failed())[0]).toMatchObject({ failureCode: 'ReceiverRedirected' });
  service.clock.advance(DAY + MINUTE);
  const [letter] = await eventually('is dead', async () => {
    const letters = await dead();
    return letters.length > 0 && letters;
  });
  receiver.status(200);
  await api.deliveries.redriveDelivery({ deliveryId: letter!.deliveryId });
  await eventually('arrives', () => receiver.details.at(-1) !== undefined && receiver.received.length >= 3);
  expect(new Set(receiver.ids).size).toBe(1);
  await expect(api.deliveries.redriveDelivery({ deliveryId: letter!.deliveryId })).rejects.toMatchObject({
    reason: 'ResourceNotFoundException',
  });
});

it('says of a receiver that is down, hangs, or is on a forbidden address no more than that, and nobody waits for it', async () => {
  const { receiver: hanging } = await listening('RestoreSecret');
  hanging.answer = () => undefined;
  for (const secret of ['a', 'b', 'c', 'd', 'e']) happens('RestoreSecret', secret);
  await arrived(hanging, 4);
  await everythingTaken();
  // Four lanes at a time.
  expect(hanging.received).toHaveLength(4);
  await api.webhooks.deleteWebhook({ name: 'RestoreSecret' });

  const down = await FakeReceiver.start();
  const { url } = down;
  await down.stop();
  await api.webhooks.createWebhook({ name: 'down', url });
  await api.webhooks.createWebhook({ name: 'metadata', url: 'https://169.254.169.254/latest' });
  for (const name of ['down', 'metadata']) {
    expect(await api.webhooks.testWebhook({ name })).toMatchObject({ delivered: false, failureCode: 'ReceiverUnreachable' });
  }
  expect(await api.webhooks.testWebhook({ name: 'TagResource' })).toMatchObject({ delivered: true, httpStatus: 204 });
  hanging.answer = (response) => response.writeHead(200).end(Buffer.alloc(NOTIFICATION.answerBytes + 1));
  await api.webhooks.createWebhook({ name: 'talkative', url: hanging.url });
  expect(await api.webhooks.testWebhook({ name: 'talkative' })).toMatchObject({ failureCode: 'ReceiverAnswerTooLong' });
});

it('makes nothing for a disabled rule or webhook, and a dead letter at once of what a receiver no longer wants', async () => {
  const { receiver, webhook } = await listening('CancelRotateSecret');
  await api.rules.disableRule({ name: 'CancelRotateSecret' });
  happens('CancelRotateSecret', 'a', 'unseen');
  await everythingTaken();
  await api.rules.enableRule({ name: 'CancelRotateSecret' });
  receiver.status(410);
  const before = (await dead()).length;
  happens('CancelRotateSecret', 'a', 'seen');
  await eventually('is dead', async () => (await dead()).length === before + 1);
  await api.webhooks.updateWebhook({ name: webhook.arn, enabled: false });
  happens('CancelRotateSecret', 'b', 'later');
  await everythingTaken();
  expect(receiver.details.filter(({ requestParameters }) => requestParameters.mark === 'later')).toEqual([]);
});

describe('rules', () => {
  it('are made, changed, listed, tagged and deleted', async () => {
    const arn = `arn:aws:events:${REGION}:${ACCOUNT}:rule/reads`;
    const eventPattern = '{"source": ["aws.kms"]}';
    const tags = [{ key: 'team', value: 'blue' }];
    expect(await api.rules.putRule({ name: 'reads', eventPattern, description: 'd', tags })).toEqual({ ruleArn: arn });
    await api.rules.putRule({ name: 'reads', eventPattern, state: RuleState.ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS });
    expect(await api.rules.describeRule({ name: 'reads', eventBusName: 'default' })).toMatchObject({
      arn,
      description: '',
      state: RuleState.ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS,
      createdBy: ACCOUNT,
    });
    expect((await api.rules.listRules({ namePrefix: 'rea' })).rules.map(({ name }) => name)).toEqual(['reads']);
    await api.rules.tagRule({ resourceArn: arn, tags: [{ key: 'stage', value: 'test' }] });
    await api.rules.untagRule({ resourceArn: arn, tagKeys: ['team'] });
    expect((await api.rules.listRuleTags({ resourceArn: arn })).tags).toEqual([{ key: 'stage', value: 'test' }]);
    const target = { id: 't', arn: `arn:aws:events:${REGION}:${ACCOUNT}:webhook/any`, inputPath: '$.detail' };
    const six = Array.from({ length: 6 }, (_, i) => ({ ...target, id: `t${i}` }));
    expect((await api.rules.putTargets({ rule: 'reads', targets: six })).failedEntries).toMatchObject([
      { targetId: 't5', errorCode: 'LimitExceededException' },
    ]);
    expect((await api.rules.listTargetsByRule({ rule: 'reads', limit: 2 })).targets).toMatchObject([{ id: 't0' }, { id: 't1' }]);
    expect((await api.rules.listRuleNamesByTarget({ targetArn: target.arn })).ruleNames).toEqual(['reads']);
    await expect(api.rules.deleteRule({ name: 'reads' })).rejects.toMatchObject({ reason: 'ValidationException' });
    const ids = six.slice(0, 5).map(({ id }) => id);
    expect(await api.rules.removeTargets({ rule: 'reads', ids: [...ids, 'x'] })).toMatchObject({ failedEntryCount: 1 });
    await api.rules.deleteRule({ name: 'reads' });
    await expect(api.rules.describeRule({ name: 'reads' })).rejects.toMatchObject({ reason: 'ResourceNotFoundException' });
  });

  it('say which field breaks which rule', async () => {
    const refused = (call: Promise<unknown>, reason: string, message: string) =>
      expect(call).rejects.toMatchObject({ reason, message: expect.stringContaining(message) });
    await refused(api.rules.putRule({ name: 'a b', eventPattern: '{}' }), 'ValidationException', 'Name must have 1 to 64');
    await refused(
      api.rules.putRule({ name: 'x', eventPattern: '{"source": "aws.kms"}' }),
      'InvalidEventPatternException',
      'Event pattern is not valid. Reason: "source" must be an object or an array.',
    );
    await refused(api.rules.describeRule({ name: 'x', eventBusName: 'other' }), 'ResourceNotFoundException', 'Event bus other');
    const put = (target: object) => api.rules.putTargets({ rule: 'PutSecretValue', targets: [{ id: 't', arn: 'x', ...target }] });
    await refused(put({}), 'ValidationException', 'Arn must be an ARN.');
    await refused(put({ arn: 'arn:aws:sqs:us-east-1:000000000000:q' }), 'ValidationException', 'a topic or a webhook');
    await refused(put({ arn: 'arn:aws:events:us-east-1:111111111111:webhook/w' }), 'ValidationException', "rule's own account");
    await refused(api.webhooks.createWebhook({ name: 'x', url: 'http://example.com' }), 'ValidationException', 'https://');
    await refused(api.webhooks.createWebhook({ name: 'x', url: 'https://a:b@example.com' }), 'ValidationException', 'a password');
    await refused(api.webhooks.createWebhook({ name: 'TagResource', url: 'https://example.com' }), 'ResourceExistsException', '');
  });

  it('test patterns, and are for those whose policies allow it', async () => {
    const event = JSON.stringify({ id: 1, account: 1, source: 'a', time: 1, region: 1, resources: [], 'detail-type': 1 });
    expect(await api.rules.testEventPattern({ eventPattern: '{"source": ["a"]}', event })).toEqual({ result: true });
    const bob = service.as({ name: 'bob', policies: [] });
    const calls = [
      bob.rules.putRule({ name: 'x', eventPattern: '{"source": ["a"]}' }),
      bob.rules.describeRule({ name: 'nothing' }),
      bob.webhooks.testWebhook({ name: 'TagResource' }),
      bob.webhooks.describeWebhook({ name: 'nothing' }),
      bob.deliveries.listDeliveries(),
    ];
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { reason: 'AccessDeniedException' } });
    }
  });
});
