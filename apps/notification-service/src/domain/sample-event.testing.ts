import type { AuditEvent } from '@strongroom/audit-trail';

/** An event of a read of a secret; `overrides` replaces the fields that a test is about. */
export const sampleEvent = (overrides: Partial<AuditEvent> = {}): AuditEvent => ({
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
    accessKeyId: '',
    userName: 'ada',
    sessionIssuerArn: '',
  },
  sourceIpAddress: '192.0.2.7',
  userAgent: 'test',
  requestId: 'request-1',
  readOnly: true,
  resources: [
    {
      arn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db-AbCdEf',
      type: 'AWS::SecretsManager::Secret',
      versionId: '',
    },
  ],
  requestParameters: { secretId: 'prod/db' },
  responseElements: {},
  errorCode: '',
  errorMessage: '',
  ...overrides,
});
