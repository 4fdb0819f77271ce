import type { FailRotationRequest, FailRotationResponse } from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { unary } from '@strongroom/grpc-kit';
import type { RotationDependencies } from './dependencies';
import { readRotation, unauditedScope, type WorkerCall } from './worker-call';

export const failRotation = (d: RotationDependencies) =>
  unary<FailRotationRequest, FailRotationResponse, WorkerCall['caller']>(async (message, call) => {
    const { key, token } = readRotation(message);
    const { secret } = await d.requests.find(key, token);
    await d.requests.fail(secret, token, message.attempt, unauditedScope(call));
    return {};
  });
