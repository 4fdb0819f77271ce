import type { PeerPolicy } from '@strongroom/grpc-kit';

const forCallers = { callers: 'authenticated' } as const;

/** Who may call what; what a caller may do with a secret is decided by policies. */
export const peerPolicy: PeerPolicy = {
  '/strongroom.secrets.v1.SecretsService/CreateSecret': forCallers,
  '/strongroom.secrets.v1.SecretsService/PutSecretValue': forCallers,
  '/strongroom.secrets.v1.SecretsService/UpdateSecret': forCallers,
  '/strongroom.secrets.v1.SecretsService/GetSecretValue': forCallers,
  '/strongroom.secrets.v1.SecretsService/BatchGetSecretValue': forCallers,
  '/strongroom.secrets.v1.SecretsService/DescribeSecret': forCallers,
  '/strongroom.secrets.v1.SecretsService/ListSecrets': forCallers,
  '/strongroom.secrets.v1.SecretsService/ListSecretVersionIds': forCallers,
  '/strongroom.secrets.v1.SecretsService/DeleteSecret': forCallers,
  '/strongroom.secrets.v1.SecretsService/RestoreSecret': forCallers,
  '/strongroom.secrets.v1.SecretsService/UpdateSecretVersionStage': forCallers,
  '/strongroom.secrets.v1.SecretsService/TagResource': forCallers,
  '/strongroom.secrets.v1.SecretsService/UntagResource': forCallers,
  '/strongroom.secrets.v1.SecretsService/PutResourcePolicy': forCallers,
  '/strongroom.secrets.v1.SecretsService/GetResourcePolicy': forCallers,
  '/strongroom.secrets.v1.SecretsService/DeleteResourcePolicy': forCallers,
  '/strongroom.secrets.v1.SecretsService/ValidateResourcePolicy': forCallers,
  '/strongroom.secrets.v1.SecretsService/GetRandomPassword': forCallers,
};

/** The operations that change nothing. */
export const readOnlyOperations: ReadonlySet<string> = new Set([
  'GetSecretValue',
  'BatchGetSecretValue',
  'DescribeSecret',
  'ListSecrets',
  'ListSecretVersionIds',
  'GetResourcePolicy',
  'ValidateResourcePolicy',
  'GetRandomPassword',
]);
