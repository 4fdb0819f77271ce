import type { AlarmSettings } from './alarm';
import { requireAlarmNames, requireReason, requireSettings } from './alarm-rules';

const accountId = '000000000000';
const topic = (n: number, account = accountId) => `arn:aws:sns:us-east-1:${account}:topic-${n}`;
const good: AlarmSettings = {
  name: 'team/burst.1',
  description: '',
  pattern: '{"source":["aws.kms"]}',
  groupBy: '',
  threshold: 0,
  comparison: 'GreaterThanThreshold',
  periodSeconds: 60,
  evaluationPeriods: 10,
  datapointsToAlarm: 1,
  missingData: 'missing',
  actionsEnabled: true,
  actions: { ALARM: [topic(1), topic(2)], OK: [topic(1)], INSUFFICIENT_DATA: [] },
};
const rules = { accountId, isTarget: (arn: string) => arn.startsWith('arn:aws:sns:') };
const check = (given: Partial<AlarmSettings>) => requireSettings({ ...good, ...given }, rules);

it('takes good settings as they are', () => {
  expect(check({})).toEqual(good);
  expect(check({ groupBy: 'detail.userIdentity.arn', missingData: 'notBreaching' }).groupBy).toBe('detail.userIdentity.arn');
});

it.each<[Partial<AlarmSettings>, string]>([
  [{ name: '' }, 'AlarmName must be 1 to 255'],
  [{ name: 'a b' }, 'AlarmName must be 1 to 255'],
  [{ description: 'x'.repeat(1_025) }, 'AlarmDescription must have at most 1024 characters.'],
  [{ pattern: '{}' }, 'EventPattern is not valid. The pattern must not be an empty object.'],
  [{ pattern: 'x' }, 'EventPattern is not valid. At line 1'],
  [{ threshold: 2e9 }, 'Threshold must be at most 1000000000.'],
  [{ periodSeconds: 0 }, 'Period must be a multiple of 60 seconds'],
  [{ periodSeconds: 90 }, 'Period must be a multiple of 60 seconds'],
  [{ periodSeconds: 91 * 86_400 }, 'Period must be a multiple of 60 seconds'],
  [{ evaluationPeriods: 11 }, 'EvaluationPeriods must be from 1 to 10.'],
  [{ evaluationPeriods: 0 }, 'EvaluationPeriods must be from 1 to 10.'],
  [{ datapointsToAlarm: 11 }, 'DatapointsToAlarm must be from 1 to EvaluationPeriods.'],
  [{ groupBy: 'detail..arn' }, 'GroupBy must be a field of the event'],
  [{ groupBy: 'source', comparison: 'LessThanThreshold' }, 'GroupBy must have a ComparisonOperator that is greater'],
  [{ groupBy: 'source', missingData: 'breaching' }, 'GroupBy must not have a TreatMissingData of breaching'],
  [{ actions: { ...good.actions, OK: ['x'] } }, 'OKActions[0] must be the ARN of a topic or a webhook.'],
  [{ actions: { ...good.actions, ALARM: [topic(1), topic(1)] } }, 'AlarmActions[1] must not be there twice.'],
  [{ actions: { ...good.actions, ALARM: [topic(1), topic(2, '111111111111')] } }, 'AlarmActions[1] must be of your own account.'],
  [
    { actions: { ...good.actions, INSUFFICIENT_DATA: [1, 2, 3, 4, 5, 6].map((n) => topic(n)) } },
    'InsufficientDataActions must have at most 5 items.',
  ],
])('refuses %j', (given, message) => {
  expect(() => check(given)).toThrow(
    expect.objectContaining({ reason: 'InvalidParameterException', message: expect.stringContaining(message) }),
  );
});

it('takes lists of names without repetition, and reasons that say something', () => {
  expect(requireAlarmNames(['a', 'b', 'a'])).toEqual(['a', 'b']);
  expect(() => requireAlarmNames([])).toThrow('AlarmNames must have 1 to 100 items.');
  expect(() => requireAlarmNames(['a', ''])).toThrow('AlarmNames[1] must be');
  expect(() => requireReason('')).toThrow('StateReason must have 1 to 1023 characters.');
});
