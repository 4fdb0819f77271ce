import type { AuditEvent } from './audit-event';

/** An event with every field set; `overrides` replaces the fields that a test is about. */
export function sampleEvent(overrides: Partial<AuditEvent> = {}): AuditEvent {
  return {
    eventId: '01890a5d-ac96-774b-bcce-b302099a8057',
    eventTime: new Date('2026-11-24T10:20:30.456Z'),
    eventSource: 'secretsmanager.amazonaws.com',
    eventName: 'GetSecretValue',
    awsRegion: 'us-east-1',
    recipientAccountId: '000000000000',
    userIdentity: {
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLE:session',
      arn: 'arn:aws:sts::000000000000:assumed-role/app/session',
      accountId: '000000000000',
      accessKeyId: 'ASIAEXAMPLE',
      userName: '',
      sessionIssuerArn: 'arn:aws:iam::000000000000:role/app',
      sessionAttributes: { creationDate: new Date('2026-11-24T09:15:00.250Z'), mfaAuthenticated: true },
    },
    sourceIpAddress: '192.0.2.7',
    userAgent: 'grpc-node-js/1.14.7',
    requestId: '0b5b3e9d-2f0d-4b1e-9b43-6a3b1f0e4c11',
    readOnly: true,
    resources: [
      {
        arn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db-AbCdEf',
        type: 'AWS::SecretsManager::Secret',
        versionId: '6f1ed002-ab5e-4f61-8c1a-b3f0a0c2d3e4',
      },
    ],
    requestParameters: { secretId: 'prod/db' },
    responseElements: {},
    errorCode: '',
    errorMessage: '',
    ...overrides,
  };
}
