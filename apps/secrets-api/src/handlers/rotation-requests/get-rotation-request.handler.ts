import type {
  GetRotationRequestRequest,
  GetRotationRequestResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { unary } from '@strongroom/grpc-kit';
import { toStagesMessage } from '../secret-message';
import type { RotationDependencies } from './dependencies';
import { toRequestMessage } from './rotation-message';
import { readRotation, type WorkerCall } from './worker-call';

export const getRotationRequest = (d: RotationDependencies) =>
  unary<GetRotationRequestRequest, GetRotationRequestResponse, WorkerCall['caller']>(async (message) => {
    const { key, token } = readRotation(message);
    const { secret, version, request } = await d.requests.find(key, token);
    return {
      request: toRequestMessage(secret, request),
      versionIdsToStages: toStagesMessage(secret.labels),
      pendingHasValue: version?.sealed !== undefined,
    };
  });
