import type { ReopenRotationRequest, ReopenRotationResponse } from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { unary } from '@strongroom/grpc-kit';
import type { RotationDependencies } from './dependencies';
import { toRequestMessage } from './rotation-message';
import { readRotation, unauditedScope, type WorkerCall } from './worker-call';

export const reopenRotation = (d: RotationDependencies) =>
  unary<ReopenRotationRequest, ReopenRotationResponse, WorkerCall['caller']>(async (message, call) => {
    const { key, token } = readRotation(message);
    const { secret } = await d.requests.find(key, token);
    const request = await d.requests.reopen(secret, token, unauditedScope(call));
    return { request: toRequestMessage(secret, request) };
  });
