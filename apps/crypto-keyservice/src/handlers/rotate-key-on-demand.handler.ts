import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type { RotateKeyOnDemandRequest, RotateKeyOnDemandResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { requireRotatable } from '../domain/rotation-rules';
import type { Dependencies } from './dependencies';
import { keyFor } from './key-call';

/** The rotation is done when the call is answered; in KMS it begins then. */
export const rotateKeyOnDemand = (d: Dependencies) =>
  unary<RotateKeyOnDemandRequest, RotateKeyOnDemandResponse, Caller>(async (request, call) => {
    const key = await keyFor(d, call, 'RotateKeyOnDemand', request.keyId);
    requireRotatable(key);
    await d.rotations.rotateOnDemand(key.keyId, (place, version) => d.ring.newMaterial(place, version), {
      deadline: call.deadline,
      beforeCommit: ({ materialId = '' }) => {
        auditOf(call).response('currentKeyMaterialId', materialId);
        return auditOf(call).commit();
      },
    });
    return { keyId: key.arn };
  });
