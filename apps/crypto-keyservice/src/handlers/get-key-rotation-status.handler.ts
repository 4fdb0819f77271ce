import type { Caller } from '@strongroom/access';
import type { GetKeyRotationStatusRequest, GetKeyRotationStatusResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import type { Dependencies } from './dependencies';
import { keyFor } from './key-call';

/** A rotation on demand is over when its call is answered, so none is ever in progress. */
export const getKeyRotationStatus = (d: Dependencies) =>
  unary<GetKeyRotationStatusRequest, GetKeyRotationStatusResponse, Caller>(async (request, call) => {
    const { keyId, arn, state } = await keyFor(d, call, 'GetKeyRotationStatus', request.keyId);
    const { rotationPeriodDays, nextRotationAt } = await d.rotations.scheduleOf(keyId);
    if (!rotationPeriodDays || !nextRotationAt || state === 'PendingDeletion') {
      return { keyId: arn, keyRotationEnabled: false, nextRotationDate: undefined, onDemandRotationStartDate: undefined };
    }
    return {
      keyId: arn,
      keyRotationEnabled: true,
      rotationPeriodInDays: rotationPeriodDays,
      nextRotationDate: nextRotationAt,
      onDemandRotationStartDate: undefined,
    };
  });
