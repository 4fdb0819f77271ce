import type { Caller } from '@strongroom/access';
import type { DisableKeyRotationRequest, DisableKeyRotationResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { requireAutomaticRotation } from '../domain/rotation-rules';
import type { Dependencies } from './dependencies';
import { keyFor, writeOf } from './key-call';

export const disableKeyRotation = (d: Dependencies) =>
  unary<DisableKeyRotationRequest, DisableKeyRotationResponse, Caller>(async (request, call) => {
    const key = await keyFor(d, call, 'DisableKeyRotation', request.keyId);
    requireAutomaticRotation(key);
    const never = { rotationPeriodDays: null, nextRotationAt: null };
    await d.store.change('DisableKeyRotation', key.keyId, never, writeOf(call));
    return {};
  });
