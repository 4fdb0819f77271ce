import { auditOf } from '@strongroom/audit-trail';
import type { RollBackRotationRequest, RollBackRotationResponse } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { unary } from '@strongroom/grpc-kit';
import type { Call, Dependencies } from './dependencies';
import { openSecret } from './secret-call';

export const rollBackRotation = (d: Dependencies) =>
  unary<RollBackRotationRequest, RollBackRotationResponse, Call['caller']>(async ({ secretId }, call) => {
    const secretArn = await openSecret(d, call, secretId, 'RotateSecret');
    return { secretArn, ...(await d.control.rollBack(secretArn, call.signal, () => auditOf(call).commit())) };
  });
