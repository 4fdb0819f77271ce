import { rootArn } from '@strongroom/arn';

/** Bytes. */
export const MAX_POLICY_LENGTH = 32_768;

/** The policy that KMS gives a key without one: the account's identity policies decide. */
export function defaultKeyPolicy(accountId: string): string {
  return JSON.stringify({
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
}

/** The service through which the default key may be used, as in `kms:ViaService`. */
export function secretsManagerService(region: string): string {
  return `secretsmanager.${region}.amazonaws.com`;
}

/** The name of rotation-worker in policies, which its certificate proves. */
export const ROTATION_WORKER = 'rotation-worker.strongroom.internal';

/**
 * The policy of the default key: every principal of the account may use it, but only through secrets-api. So may rotation-worker,
 * to which secrets-api gives values of rotating secrets only. Nobody may change the policy, because no statement allows that.
 */
export function secretsManagerKeyPolicy(accountId: string, region: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Id: 'auto-secretsmanager-2',
    Statement: [
      {
        Sid: 'UseThroughSecretsManager',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:CreateGrant', 'kms:DescribeKey'],
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
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
        Resource: '*',
      },
    ],
  });
}

/** The name of audit-service in policies, which its certificate proves. */
export const AUDIT_SERVICE = 'audit-service.strongroom.internal';

/** The name of notification-service in policies, which its certificate proves. */
export const NOTIFICATION_SERVICE = 'notification-service.strongroom.internal';

/** The policy of the key that seals the audit trail: only audit-service may use it, and nobody may change it. */
export function trailKeyPolicy(accountId: string): string {
  return policyForService(accountId, { id: 'auto-cloudtrail-1', sid: 'SealTheTrail', service: AUDIT_SERVICE, actions: SEALING });
}

/** The same of the key that signs checkpoints of the trail. The account may read its public key. */
export function checkpointKeyPolicy(accountId: string): string {
  const actions = ['kms:Sign', 'kms:GetPublicKey', 'kms:DescribeKey'];
  const id = 'auto-cloudtrail-checkpoints-1';
  return policyForService(accountId, { id, sid: 'SignCheckpoints', service: AUDIT_SERVICE, actions });
}

/** The policy of the key that seals the secrets that sign notifications: only notification-service may use it. */
export function eventsKeyPolicy(accountId: string): string {
  const sid = 'SealSigningSecrets';
  return policyForService(accountId, { id: 'auto-events-1', sid, service: NOTIFICATION_SERVICE, actions: SEALING });
}

const SEALING = ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey'];

function policyForService(
  accountId: string,
  { id, sid, service, actions }: { id: string; sid: string; service: string; actions: readonly string[] },
): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Id: id,
    Statement: [
      {
        Sid: sid,
        Effect: 'Allow',
        Principal: { Service: service },
        Action: actions,
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
}
