import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type {
  DeleteImportedKeyMaterialRequest,
  DeleteImportedKeyMaterialResponse,
} from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { requireExternal, requireMaterialId } from '../domain/import-rules';
import { isSymmetric } from '../domain/key-record';
import type { Dependencies } from './dependencies';
import { keyFor } from './key-call';

export const deleteImportedKeyMaterial = (d: Dependencies) =>
  unary<DeleteImportedKeyMaterialRequest, DeleteImportedKeyMaterialResponse, Caller>(async (request, call) => {
    const materialId = requireMaterialId(request.keyMaterialId);
    const key = await keyFor(d, call, 'DeleteImportedKeyMaterial', request.keyId);
    requireExternal(key);
    const deleted = await d.imports.deleteMaterial(key.keyId, materialId, {
      deadline: call.deadline,
      beforeCommit: (id) => {
        if (id && isSymmetric(key)) auditOf(call).response('keyMaterialId', id);
        return auditOf(call).commit();
      },
    });
    // Other processes erase it within a minute.
    d.ring.forget(key.keyId);
    d.pairs.forget(key.keyId);
    return { keyId: key.arn, keyMaterialId: isSymmetric(key) ? deleted : '' };
  });
