import { ManualClock, MINUTE } from '@strongroom/clock';
import { accessDenied, limitExceeded, serviceUnavailable, unauthenticated } from '@strongroom/errors';
import { eventsOf, secretsService } from '@strongroom/methods';
import { SeededRandom } from '@strongroom/random';
import { silentLogger } from '@strongroom/telemetry';
import { InMemoryRecorder } from './audit-event';
import type { AuditedCall } from './audited-call';
import { recordRefusals } from './refusals';

const call = (address = '192.0.2.1', operation = 'GetSecretValue'): AuditedCall => ({
  method: `/strongroom.secrets.v1.SecretsService/${operation}`,
  operation,
  requestId: 'request-1',
  peer: { address },
  userAgent: 'curl',
  deadline: Infinity,
  signal: new AbortController().signal,
});

const setUp = () => {
  const recorder = new InMemoryRecorder();
  const clock = new ManualClock('2026-11-24T10:00:00Z');
  const refusals = recordRefusals({
    recorder,
    clock,
    eventOf: eventsOf([secretsService]),
    random: new SeededRandom('refusals'),
    region: 'us-east-1',
    accountId: '000000000000',
    logger: silentLogger,
  });
  return { recorder, refusals, clock };
};

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('records the first refusal at once, and counts its repetitions', async () => {
  const { recorder, refusals, clock } = setUp();
  for (let i = 0; i < 1_000; i++) refusals.onRefused(call(), unauthenticated('no credential'));
  expect(recorder.events).toMatchObject([
    {
      eventName: 'GetSecretValue',
      errorCode: 'UnrecognizedClientException',
      userIdentity: { type: 'Unknown' },
      sourceIpAddress: '192.0.2.1',
      requestParameters: {},
    },
  ]);
  clock.advance(MINUTE);
  await jest.advanceTimersByTimeAsync(MINUTE);
  expect(recorder.events[1]).toMatchObject({
    eventTime: new Date('2026-11-24T10:01:00Z'),
    requestParameters: { repeatCount: '999', since: '2026-11-24T10:00:00.000Z' },
  });
  expect(new Set(recorder.events.map((event) => event.eventId)).size).toBe(2);
});

it('tells operations, errors and addresses apart', () => {
  const { recorder, refusals } = setUp();
  refusals.onRefused(call(), unauthenticated('a'));
  refusals.onRefused(call('192.0.2.2'), unauthenticated('a'));
  refusals.onRefused(call(undefined, 'PutSecretValue'), unauthenticated('a'));
  refusals.onRefused(call(), accessDenied('a'));
  expect(recorder.events).toHaveLength(4);
});

it('records those of a caller who is known in the trail of its account, each caller apart', () => {
  const { recorder, refusals } = setUp();
  const caller = (userId: string) => ({ kind: 'user' as const, arn: 'arn', accountId: '111122223333', userId });
  for (const userId of ['AIDA1', 'AIDA2', 'AIDA1']) refusals.onRefused({ ...call(), caller: caller(userId) }, limitExceeded('a'));
  expect(recorder.events).toMatchObject([
    { recipientAccountId: '111122223333', errorCode: 'LimitExceededException', userIdentity: { principalId: 'AIDA1' } },
    { recipientAccountId: '111122223333', userIdentity: { principalId: 'AIDA2' } },
  ]);
});

it('writes no more than 202 events a minute, from however many addresses the calls come', async () => {
  const { recorder, refusals } = setUp();
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 5_000; i++) refusals.onRefused(call(`2001:db8::${i.toString(16)}`), unauthenticated('a'));
  }
  await refusals.close();
  expect(recorder.events).toHaveLength(202);
  expect(recorder.events.filter((event) => event.eventName === 'RefusedCalls')).toMatchObject([
    { sourceIpAddress: '', requestParameters: {} },
    { sourceIpAddress: '', requestParameters: { repeatCount: '9799' } },
  ]);
});

it('records what an account was refused however many strangers come, and no more than 42 events a minute of it', async () => {
  const { recorder, refusals } = setUp();
  for (let i = 0; i < 500; i++) refusals.onRefused(call(`192.0.2.${i}`), unauthenticated('a'));
  const caller = { kind: 'user' as const, arn: 'arn', accountId: '111122223333', userId: 'AIDA1' };
  for (let i = 0; i < 500; i++) refusals.onRefused({ ...call('192.0.2.1', `Operation${i}`), caller }, limitExceeded('a'));
  await refusals.close();
  const own = recorder.events.filter(({ recipientAccountId }) => recipientAccountId === '111122223333');
  expect(own.slice(0, 3)).toMatchObject([{ eventName: 'Operation0' }, { eventName: 'Operation1' }, { eventName: 'Operation2' }]);
  expect(own).toHaveLength(22);
  expect(own.at(-1)).toMatchObject({ eventName: 'RefusedCalls', requestParameters: { repeatCount: '479' } });
});

it('counts the refusals of too many accounts together, in the trail of none of them', async () => {
  const { recorder, refusals } = setUp();
  for (let i = 0; i < 500; i++) {
    const caller = { kind: 'user' as const, arn: 'arn', accountId: String(111122220000 + i), userId: `AIDA${i}` };
    refusals.onRefused({ ...call(), caller }, limitExceeded('a'));
  }
  await refusals.close();
  const together = recorder.events.filter(({ eventName }) => eventName === 'RefusedCalls');
  expect(together).toMatchObject([
    { recipientAccountId: '000000000000', userIdentity: { type: 'Unknown', arn: '' } },
    { recipientAccountId: '000000000000', requestParameters: { repeatCount: expect.any(String) } },
  ]);
  expect(recorder.events.length).toBeLessThanOrEqual(100 + 101 + 2);
});

it('starts anew after each window', async () => {
  const { recorder, refusals } = setUp();
  refusals.onRefused(call(), unauthenticated('a'));
  await jest.advanceTimersByTimeAsync(MINUTE);
  refusals.onRefused(call(), unauthenticated('a'));
  expect(recorder.events).toHaveLength(2);
});

it('survives a journal that is away', async () => {
  const { recorder, refusals } = setUp();
  recorder.failure = serviceUnavailable('away');
  expect(() => refusals.onRefused(call(), unauthenticated('a'))).not.toThrow();
  await refusals.close();
});
