import type { PeerPolicy } from '@strongroom/grpc-kit';

const forCallers = { callers: 'authenticated', onBehalf: ['aws-gateway'] } as const;
/** A rotation works with values that no policy gives away, and AuthorizeSecretAccess names its caller itself. */
const forTheWorker = { callers: 'none', services: ['rotation-worker'] } as const;

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
  '/strongroom.secrets.v1.SecretsService/RotateSecret': forCallers,
  '/strongroom.secrets.v1.SecretsService/CancelRotateSecret': forCallers,
  '/strongroom.secrets.v1.RotationRequestService/ScanRotations': forTheWorker,
  '/strongroom.secrets.v1.RotationRequestService/GetRotationRequest': forTheWorker,
  '/strongroom.secrets.v1.RotationRequestService/ReadRotatingVersion': forTheWorker,
  '/strongroom.secrets.v1.RotationRequestService/ReadRotatingVersions': forTheWorker,
  '/strongroom.secrets.v1.RotationRequestService/ReadMasterSecret': forTheWorker,
  '/strongroom.secrets.v1.RotationRequestService/PutPendingValue': forTheWorker,
  '/strongroom.secrets.v1.RotationRequestService/FinishRotation': forTheWorker,
  '/strongroom.secrets.v1.RotationRequestService/FailRotation': forTheWorker,
  '/strongroom.secrets.v1.RotationRequestService/ReopenRotation': forTheWorker,
  '/strongroom.secrets.v1.RotationRequestService/DropPendingVersion': forTheWorker,
  '/strongroom.secrets.v1.RotationRequestService/AuthorizeSecretAccess': forTheWorker,
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
  'ReadRotatingVersion',
  'ReadRotatingVersions',
  'ReadMasterSecret',
]);

/** What the worker does with a secret, as the operations that do the same are called. */
export const eventNames: Readonly<Record<string, string>> = {
  ReadRotatingVersion: 'GetSecretValue',
  ReadRotatingVersions: 'GetSecretValue',
  ReadMasterSecret: 'GetSecretValue',
  PutPendingValue: 'PutSecretValue',
  FinishRotation: 'UpdateSecretVersionStage',
  DropPendingVersion: 'UpdateSecretVersionStage',
};

/** The events of rotation-worker say what came of these. */
export const unauditedOperations: ReadonlySet<string> = new Set([
  'ScanRotations',
  'GetRotationRequest',
  'FailRotation',
  'ReopenRotation',
  'AuthorizeSecretAccess',
]);
