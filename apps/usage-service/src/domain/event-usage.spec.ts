import { HOUR } from '@strongroom/clock';
import { usageOf } from './event-usage';
import { ACCOUNT, OTHER_ACCOUNT, SECRET_TYPE, secretArn, trailEvent, userArn } from './trail-event.testing';

const resource = (arn: string, versionId = '') => ({ arn, type: SECRET_TYPE, versionId });

it('counts a read', () => {
  const event = trailEvent();
  expect(usageOf(event)).toEqual({
    call: {
      hour: Math.floor(event.eventTime!.getTime() / HOUR),
      operation: 'secretsmanager:GetSecretValue',
      principal: userArn('ada'),
      secret: secretArn('db'),
      isSecretProven: true,
      calls: 1,
      failed: 0,
      product: 'secret-calls',
    },
    reads: [{ at: event.eventTime, secret: secretArn('db'), versionId: 'v1', principal: userArn('ada'), isOwnCall: true }],
    life: [],
    takenBack: undefined,
  });
});

describe('charges', () => {
  it.each(['AccessDeniedException', 'ResourceNotFoundException', 'InvalidParameterException'])('for %s', (errorCode) => {
    expect(usageOf(trailEvent({ errorCode })).call).toMatchObject({ calls: 1, failed: 1, product: 'secret-calls' });
  });

  it.each(['ServiceUnavailableException', 'InternalServiceError', 'RequestTimeoutException', 'ThrottlingException'])(
    'nothing for %s',
    (errorCode) => expect(usageOf(trailEvent({ errorCode })).call).toMatchObject({ calls: 1, failed: 1, product: undefined }),
  );

  it.each([
    ['kms', 'Decrypt', 'key-calls'],
    ['iam', 'CreateUser', undefined],
    ['sts', 'GetCallerIdentity', undefined],
  ])('for %s:%s as %s', (service, eventName, product) => {
    const { call } = usageOf(trailEvent({ eventSource: `${service}.amazonaws.com`, eventName }));
    expect(call).toMatchObject({ operation: `${service}:${eventName}`, product });
  });
});

it('counts repetitions of a refusal', () => {
  const { call } = usageOf(trailEvent({ errorCode: 'AccessDeniedException', requestParameters: { repeatCount: '41' } }));
  expect(call).toMatchObject({ calls: 41, failed: 41 });
});

it.each(['x', '-1', '1e30', '0.5'])('takes %j for no number of repetitions', (repeatCount) => {
  expect(usageOf(trailEvent({ errorCode: 'AccessDeniedException', requestParameters: { repeatCount } })).call).toMatchObject({
    calls: 1,
    failed: 1,
  });
});

it('counts a call with its caller, not with the owner of what it used', () => {
  const used = { userIdentity: { accountId: OTHER_ACCOUNT, arn: userArn('eve', OTHER_ACCOUNT) } };
  expect(usageOf(trailEvent(used))).toMatchObject({ call: undefined, reads: [{ isOwnCall: false }] });
  expect(usageOf(trailEvent({ ...used, recipientAccountId: OTHER_ACCOUNT }))).toMatchObject({
    call: { calls: 1 },
    reads: [{ isOwnCall: true }],
  });
});

it('takes the sessions of a role for one principal', () => {
  const userIdentity = { type: 'AssumedRole', arn: 'arn:aws:sts::000000000000:assumed-role/R/s', sessionIssuerArn: userArn('R') };
  expect(usageOf(trailEvent({ userIdentity })).call?.principal).toBe(userArn('R'));
});

it.each(['AWSService', 'Unknown', 'WebIdentityUser'])('counts no call of %s', (type) => {
  expect(usageOf(trailEvent({ userIdentity: { type } }))).toMatchObject({ call: undefined, reads: [] });
});

it('puts what nobody serves under one name', () => {
  expect(usageOf(trailEvent({ eventName: 'Made.Up' })).call?.operation).toBe('other');
});

describe('secrets', () => {
  it('of several are none', () => {
    const { call, reads } = usageOf(
      trailEvent({
        eventName: 'BatchGetSecretValue',
        resources: [resource(secretArn('a'), 'v1'), resource(secretArn('b'), 'v2')],
      }),
    );
    expect(call).toMatchObject({ secret: '', calls: 1 });
    expect(reads.map(({ secret }) => secret)).toEqual([secretArn('a'), secretArn('b')]);
  });

  it('that were not read are not', () => {
    const event = trailEvent({
      eventName: 'BatchGetSecretValue',
      resources: [resource('nothing'), resource(secretArn('b'), 'v2')],
    });
    expect(usageOf(event).reads).toMatchObject([{ secret: secretArn('b') }]);
  });

  it('of others are not proven by a refusal', () => {
    const resources = [resource(secretArn('db', OTHER_ACCOUNT))];
    expect(usageOf(trailEvent({ resources, errorCode: 'AccessDeniedException' })).call).toMatchObject({ isSecretProven: false });
    expect(usageOf(trailEvent({ resources })).call).toMatchObject({ isSecretProven: true });
  });
});

describe('the life', () => {
  const key = 'arn:aws:kms:us-east-1:000000000000:key/1';

  it.each([
    ['secretsmanager', 'CreateSecret', 'secret', 'created'],
    ['secretsmanager', 'DeleteSecret', 'secret', 'ended'],
    ['secretsmanager', 'RestoreSecret', 'secret', 'restored'],
    ['secretsmanager', 'EndSecretVersionDelete', 'secret', 'ended'],
    ['kms', 'CreateKey', 'key', 'created'],
    ['kms', 'ScheduleKeyDeletion', 'key', 'ended'],
    ['kms', 'CancelKeyDeletion', 'key', 'restored'],
    ['kms', 'DeleteKey', 'key', 'ended'],
  ])('changes with %s:%s', (service, eventName, kind, change) => {
    const resources = [resource(secretArn('db')), { arn: key, type: 'AWS::KMS::Key', versionId: '' }];
    const event = trailEvent({ eventSource: `${service}.amazonaws.com`, eventName, resources });
    expect(usageOf(event).life).toEqual([
      { kind, change, arn: kind === 'key' ? key : secretArn('db'), at: event.eventTime, eventId: event.eventId },
    ]);
    expect(usageOf({ ...event, errorCode: 'AccessDeniedException' }).life).toEqual([]);
  });

  it('changes in the trail of its own account only', () => {
    const event = trailEvent({ eventName: 'DeleteSecret', resources: [resource(secretArn('db', OTHER_ACCOUNT))] });
    expect(usageOf(event).life).toEqual([]);
  });
});

describe('what supersedes an event', () => {
  const superseding = { responseElements: { supersedesEventId: 'earlier' } };

  it('is no further call, but a failure', () => {
    const { call, takenBack } = usageOf(trailEvent({ ...superseding, errorCode: 'ServiceUnavailableException' }));
    expect(call).toMatchObject({ calls: 0, failed: 1, product: undefined });
    expect(takenBack).toBe('earlier');
  });

  it('is nothing if it succeeded as well', () => {
    expect(usageOf(trailEvent(superseding))).toMatchObject({ call: undefined, takenBack: undefined });
    expect(usageOf(trailEvent({ ...superseding, recipientAccountId: ACCOUNT })).reads).toEqual([]);
  });
});
