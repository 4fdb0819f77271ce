import { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { cloudTrailRecord } from './cloudtrail-record';
import { userNameOf } from './user-name';

const secret = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db-AbCdEf';

const eventOf = (overrides: Parameters<typeof Event.fromPartial>[0] = {}): Event =>
  Event.fromPartial({
    eventId: '01890a5d-ac96-774b-bcce-b302099a8057',
    eventTime: new Date('2026-11-24T10:20:30.456Z'),
    eventSource: 'secretsmanager.amazonaws.com',
    eventName: 'GetSecretValue',
    awsRegion: 'us-east-1',
    recipientAccountId: '000000000000',
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDAEXAMPLE',
      arn: 'arn:aws:iam::000000000000:user/ada',
      accountId: '000000000000',
      userName: 'ada',
    },
    sourceIpAddress: '192.0.2.7',
    userAgent: 'aws-cli/2',
    requestId: 'request-1',
    readOnly: true,
    resources: [{ arn: secret, type: 'AWS::SecretsManager::Secret', versionId: 'v1' }],
    requestParameters: { secretId: 'prod/db' },
    sequence: 17n,
    hash: Buffer.from('ab', 'hex'),
    ...overrides,
  });

it('is the record of CloudTrail', () => {
  expect(cloudTrailRecord(eventOf())).toEqual({
    eventVersion: '1.11',
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDAEXAMPLE',
      arn: 'arn:aws:iam::000000000000:user/ada',
      accountId: '000000000000',
      userName: 'ada',
    },
    eventTime: '2026-11-24T10:20:30Z',
    eventSource: 'secretsmanager.amazonaws.com',
    eventName: 'GetSecretValue',
    awsRegion: 'us-east-1',
    sourceIPAddress: '192.0.2.7',
    userAgent: 'aws-cli/2',
    requestParameters: { secretId: 'prod/db' },
    responseElements: null,
    additionalEventData: { secretVersionId: 'v1', trailSequence: '17', trailHash: 'ab' },
    requestID: 'request-1',
    eventID: '01890a5d-ac96-774b-bcce-b302099a8057',
    readOnly: true,
    resources: [{ accountId: '000000000000', type: 'AWS::SecretsManager::Secret', ARN: secret }],
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: '000000000000',
    eventCategory: 'Management',
  });
});

it('tells of an error, and of a resource that was not found', () => {
  const resources = [{ arn: 'nothing', type: 'AWS::SecretsManager::Secret' }];
  const record = cloudTrailRecord(
    eventOf({ errorCode: 'ResourceNotFoundException', errorMessage: 'not there', resources, requestParameters: {} }),
  );
  expect(record).toMatchObject({ errorCode: 'ResourceNotFoundException', errorMessage: 'not there', requestParameters: null });
  expect(record.resources).toEqual([{ type: 'AWS::SecretsManager::Secret', ARN: 'nothing' }]);
});

it('names the role of a session', () => {
  const { userIdentity } = cloudTrailRecord(
    eventOf({
      userIdentity: {
        type: 'AssumedRole',
        principalId: 'AROAEXAMPLE:session',
        arn: 'arn:aws:sts::000000000000:assumed-role/app/session',
        accountId: '000000000000',
        accessKeyId: 'ASIAEXAMPLE',
        sessionIssuerArn: 'arn:aws:iam::000000000000:role/team/app',
        sessionAttributes: { creationDate: new Date('2026-11-24T09:00:00.999Z'), mfaAuthenticated: false },
      },
    }),
  );
  expect(userIdentity).toMatchObject({
    accessKeyId: 'ASIAEXAMPLE',
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: 'AROAEXAMPLE',
        arn: 'arn:aws:iam::000000000000:role/team/app',
        accountId: '000000000000',
        userName: 'app',
      },
      attributes: { creationDate: '2026-11-24T09:00:00Z', mfaAuthenticated: 'false' },
    },
  });
  expect(userIdentity).not.toHaveProperty('userName');
});

it('knows the sessions of users, and the root of an account', () => {
  const identity = (overrides: object) => cloudTrailRecord(eventOf({ userIdentity: overrides })).userIdentity;
  const sessionAttributes = { creationDate: new Date('2026-11-24T09:00:00Z'), mfaAuthenticated: true };
  expect(identity({ type: 'IAMUser', accessKeyId: 'ASIAEXAMPLE', sessionAttributes }).sessionContext).toEqual({
    attributes: { creationDate: '2026-11-24T09:00:00Z', mfaAuthenticated: 'true' },
  });
  expect(identity({ type: 'IAMUser', accessKeyId: 'AKIAEXAMPLE' })).not.toHaveProperty('sessionContext');
  expect(identity({ type: 'IAMUser', arn: 'arn:aws:iam::000000000000:root' }).type).toBe('Root');
});

it('says of a session only what its event says', () => {
  const role = { type: 'AssumedRole', sessionIssuerArn: 'arn:aws:iam::000000000000:role/app' };
  const attributesOf = (overrides: object) => cloudTrailRecord(eventOf({ userIdentity: overrides })).userIdentity.sessionContext;
  expect(attributesOf({ ...role, accessKeyId: 'ASIAEXAMPLE' })).not.toHaveProperty('attributes');
  expect(attributesOf({ type: 'IAMUser', accessKeyId: 'ASIAEXAMPLE' })).toBeUndefined();
  // By a certificate.
  expect(attributesOf(role)).toMatchObject({ attributes: { mfaAuthenticated: 'false' } });
});

it('says which service did something by itself, and to which secret', () => {
  const deed = {
    eventName: 'RotationFailed',
    userIdentity: { type: 'AWSService', principalId: 'rotation-worker' },
    sourceIpAddress: '',
    userAgent: 'rotation-worker',
    readOnly: false,
    requestParameters: { attempt: '1' },
  };
  expect(cloudTrailRecord(eventOf(deed))).toMatchObject({
    eventType: 'AwsServiceEvent',
    userIdentity: { type: 'AWSService', invokedBy: 'secretsmanager.amazonaws.com' },
    sourceIPAddress: 'secretsmanager.amazonaws.com',
    requestParameters: null,
    responseElements: null,
    serviceEventDetails: { attempt: '1' },
    additionalEventData: { SecretId: secret },
  });
  expect(cloudTrailRecord(eventOf({ ...deed, sourceIpAddress: '127.0.0.1' }))).toMatchObject({
    eventType: 'AwsApiCall',
    requestParameters: { attempt: '1' },
  });
  expect(cloudTrailRecord(eventOf({ ...deed, sourceIpAddress: 'kms.amazonaws.com' })).eventType).toBe('AwsServiceEvent');
});

it.each([
  [{ type: 'IAMUser', principalId: 'AIDAEXAMPLE', userName: 'ada' }, 'ada'],
  [{ type: 'AssumedRole', principalId: 'AROAEXAMPLE:session', userName: '' }, 'session'],
  [{ type: 'AWSService', principalId: 'service:secrets-api', userName: '' }, ''],
  [{ type: 'Unknown', principalId: '', userName: '' }, ''],
])('calls %j %p', (identity, name) => {
  expect(userNameOf(identity)).toBe(name);
});
