import { ManualClock } from '@strongroom/clock';
import type { NewDelivery } from '../delivery';
import type { TargetKind } from '../target-kind.port';
import { RuleSink } from './rule-sink';
import type { ActiveRule } from './rule-store.port';
import { sampleEvent } from '../sample-event.testing';

const target = { id: 't', arn: 'known', input: '', inputPath: '$.detail.eventName', inputTransformer: undefined, roleArn: '' };
const kind: TargetKind = {
  matches: (arn) => arn === 'known',
  expand: async (_, { accountId, targetId }, { messageId, orderingKey, text }) => [
    { accountId, destination: { kind: 'webhook', id: targetId }, orderingKey, messageId, payload: text },
  ],
};

async function deliveriesOf(rule: Partial<ActiveRule>, event: Parameters<typeof sampleEvent>[0] = {}): Promise<NewDelivery[]> {
  const made: NewDelivery[] = [];
  const eventPattern = '{"source":["aws.secretsmanager"]}';
  const active: ActiveRule = { name: 'r', eventPattern, state: 'ENABLED', targets: [target], ...rule };
  const sink = new RuleSink({
    rules: { active: async () => [active] },
    outbox: { add: async (_, deliveries) => void made.push(...deliveries) },
    kinds: [kind],
    region: 'us-east-1',
    clock: new ManualClock(),
  });
  const events = [{ ...sampleEvent({ readOnly: false, ...event }), sequence: 1, hash: Buffer.alloc(32) }];
  await sink.take(undefined as never, '000000000000', events);
  return made;
}

it('makes a delivery of an event that matches, in order for its secret, with an id that is always the same', async () => {
  const [delivery] = await deliveriesOf({});
  expect(delivery).toMatchObject({
    payload: '"GetSecretValue"',
    orderingKey: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db-AbCdEf',
  });
  expect(await deliveriesOf({})).toEqual([delivery]);
  expect((await deliveriesOf({ name: 'other' }))[0]!.messageId).not.toBe(delivery!.messageId);
});

it('makes none of what does not match, or leads nowhere', async () => {
  expect(await deliveriesOf({ eventPattern: '{"source":["aws.kms"]}' })).toEqual([]);
  expect(await deliveriesOf({ eventPattern: 'no longer valid' })).toEqual([]);
  expect(await deliveriesOf({ targets: [{ ...target, arn: 'unknown' }] })).toEqual([]);
});

it('shows reads only to rules that ask for all management events', async () => {
  expect(await deliveriesOf({}, { readOnly: true })).toEqual([]);
  expect(await deliveriesOf({ state: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' }, { readOnly: true })).toHaveLength(1);
  const byService = { ...sampleEvent().userIdentity, type: 'AWSService', principalId: 'rotation-worker' } as const;
  expect(await deliveriesOf({}, { readOnly: true, userIdentity: byService, sourceIpAddress: '' })).toHaveLength(1);
});

it('orders deliveries by the secret, also where the event names the key of the secret first', async () => {
  const key = { arn: 'arn:aws:kms:us-east-1:000000000000:key/k', type: 'AWS::KMS::Key', versionId: '' };
  const [secret] = sampleEvent().resources;
  expect(await deliveriesOf({}, { resources: [key, secret!] })).toMatchObject([{ orderingKey: secret!.arn }]);
  expect(await deliveriesOf({}, { resources: [key] })).toMatchObject([{ orderingKey: key.arn }]);
  expect(await deliveriesOf({}, { resources: [] })).toMatchObject([{ orderingKey: 'aws.secretsmanager' }]);
});
