import { KeyDependentsServiceService } from '@strongroom/contracts/strongroom/secrets/v1/key_dependents';
import { RotationRequestServiceService } from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import {
  type CreateSecretRequest,
  type RotateSecretRequest,
  SecretsServiceService,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { SecretTagServiceService } from '@strongroom/contracts/strongroom/secrets/v1/secret_tags';
import { change, consoleOnly, describeService, frontDoors, read } from './method';

/** Policies decide what a caller may do with a secret. */
const forCallers = { callers: 'authenticated', onBehalf: frontDoors } as const;
/** AWS's clients know nothing of these. */
const beyondAws = { callers: 'authenticated', onBehalf: consoleOnly } as const;

const callersRead = { ...forCallers, ...read } as const;
const callersChange = { ...forCallers, ...change } as const;
/** The token names the version or the rotation, so that there is only one; without a value there is no version to name. */
const valueWithToken = ({ value, clientRequestToken }: Pick<CreateSecretRequest, 'value' | 'clientRequestToken'>): boolean =>
  value !== undefined && clientRequestToken !== undefined;
const rotationWithToken = ({ clientRequestToken }: RotateSecretRequest): boolean => clientRequestToken !== undefined;

export const secretsService = describeService(SecretsServiceService, 'secretsmanager.amazonaws.com', {
  createSecret: { ...callersChange, idempotent: valueWithToken },
  putSecretValue: { ...callersChange, idempotent: valueWithToken },
  updateSecret: { ...callersChange, idempotent: valueWithToken },
  getSecretValue: callersRead,
  batchGetSecretValue: callersRead,
  describeSecret: callersRead,
  listSecrets: callersRead,
  listSecretVersionIds: callersRead,
  deleteSecret: callersChange,
  restoreSecret: callersChange,
  updateSecretVersionStage: callersChange,
  tagResource: callersChange,
  untagResource: callersChange,
  putResourcePolicy: callersChange,
  getResourcePolicy: callersRead,
  deleteResourcePolicy: callersChange,
  validateResourcePolicy: callersRead,
  getRandomPassword: callersRead,
  rotateSecret: { ...callersChange, idempotent: rotationWithToken },
  cancelRotateSecret: callersChange,
  // AWS has no operation for it, so aws-gateway does not call it; the console asks again instead of following.
  // secrets-api itself shares 10,000 among accounts, and may go as far as this for those that have none yet.
  watchSecrets: { callers: 'authenticated', ...read, maxStreamsOfAll: 20_000 },
});

export const keyDependentsService = describeService(KeyDependentsServiceService, 'secretsmanager.amazonaws.com', {
  describeKeyDependents: { ...beyondAws, ...read },
  // Where one is running it goes on, and it does not matter whether one that has ended finds nothing left to do.
  startDataKeyReEncryption: { ...beyondAws, ...change, idempotent: true },
  describeDataKeyReEncryption: { ...beyondAws, ...read },
  stopDataKeyReEncryption: { ...beyondAws, ...change, idempotent: true },
});

/** A rotation works with values that no policy gives away, and AuthorizeSecretAccess names its caller itself. */
const forTheWorker = { callers: 'none', services: ['rotation-worker'] } as const;
/** In the trail these have the names of the operations that do the same. */
const workerReadsValue = { ...forTheWorker, ...read, eventName: 'GetSecretValue' } as const;
/** The token of its rotation makes each change one that can be repeated. */
const workerChange = { ...forTheWorker, ...change, idempotent: true } as const;
/** The events of rotation-worker say what came of these. */
const unaudited = { audited: false } as const;

export const rotationRequestService = describeService(RotationRequestServiceService, 'secretsmanager.amazonaws.com', {
  // Makes the requests that are due, each once.
  scanRotations: { ...workerChange, ...unaudited },
  getRotationRequest: { ...forTheWorker, ...read, ...unaudited },
  readRotatingVersion: workerReadsValue,
  readRotatingVersions: workerReadsValue,
  readMasterSecret: workerReadsValue,
  putPendingValue: { ...workerChange, eventName: 'PutSecretValue' },
  finishRotation: { ...workerChange, eventName: 'UpdateSecretVersionStage' },
  failRotation: { ...workerChange, ...unaudited },
  reopenRotation: { ...workerChange, ...unaudited },
  dropPendingVersion: { ...workerChange, eventName: 'UpdateSecretVersionStage' },
  // The console asks it for what the page offers; the caller is whoever has signed in there.
  authorizeSecretAccess: { callers: 'none', services: ['rotation-worker', 'console'], ...read, ...unaudited },
});

export const secretTagService = describeService(SecretTagServiceService, 'secretsmanager.amazonaws.com', {
  // What callers learn by it, GetUsage records.
  describeSecretTags: { callers: 'none', services: ['usage-service'], ...read, ...unaudited },
});
