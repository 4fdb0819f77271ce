import { rootArn } from '@strongroom/arn';

/** Bytes. */
export const MAX_POLICY_LENGTH = 32_768;

/** What KMS gives a key without a policy of its own: the account decides by its identity policies. */
export const defaultKeyPolicy = (accountId: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: rootArn(accountId) },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  });

/** The service on whose way the default key may be used, as `kms:ViaService` has it. */
export const secretsManagerService = (region: string): string => `secretsmanager.${region}.amazonaws.com`;

/** How policies name rotation-worker, which its certificate proves. */
export const ROTATION_WORKER = 'rotation-worker.strongroom.internal';

/**
 * The policy of the default key: every principal of the account may use it by way of the secrets service, and by that way
 * only; so may rotation-worker, to which the secrets service gives values of secrets that rotate, and of no others. Nobody may
 * change it, since no statement allows that.
 */
export const secretsManagerKeyPolicy = (accountId: string, region: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: 'auto-secretsmanager-2',
    Statement: [
      {
        Sid: 'UseThroughSecretsManager',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        Resource: '*',
        Condition: { StringEquals: { 'kms:CallerAccount': accountId, 'kms:ViaService': secretsManagerService(region) } },
      },
      {
        Sid: 'RotateThroughSecretsManager',
        Effect: 'Allow',
        Principal: { Service: ROTATION_WORKER },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Resource: '*',
        Condition: { StringEquals: { 'kms:ViaService': secretsManagerService(region) } },
      },
      {
        Sid: 'ReadMetadata',
        Effect: 'Allow',
        Principal: { AWS: rootArn(accountId) },
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*'],
        Resource: '*',
      },
    ],
  });

/** How policies name audit-service, which its certificate proves. */
export const AUDIT_SERVICE = 'audit-service.strongroom.internal';

/** The policy of the key that seals the audit trail: nobody but audit-service uses it, and nobody may change it. */
export const trailKeyPolicy = (accountId: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: 'auto-cloudtrail-1',
    Statement: [
      {
        Sid: 'SealTheTrail',
        Effect: 'Allow',
        Principal: { Service: AUDIT_SERVICE },
        Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey'],
        Resource: '*',
      },
      {
        Sid: 'ReadMetadata',
        Effect: 'Allow',
        Principal: { AWS: rootArn(accountId) },
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*'],
        Resource: '*',
      },
    ],
  });
