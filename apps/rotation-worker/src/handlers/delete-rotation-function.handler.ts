import { auditOf } from '@strongroom/audit-trail';
import type {
  DeleteRotationFunctionRequest,
  DeleteRotationFunctionResponse,
} from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { unary } from '@strongroom/grpc-kit';
import { functionNotFound, readFunctionReference, requireOwnName } from '../domain/custom-function';
import type { Call, Dependencies } from './dependencies';
import { ownScope, requireFunctionAccess } from './function-call';

export const deleteRotationFunction = (d: Dependencies) =>
  unary<DeleteRotationFunctionRequest, DeleteRotationFunctionResponse, Call['caller']>(async ({ functionName }, call) => {
    const reference = readFunctionReference(functionName, ownScope(d, call));
    requireOwnName(reference.name);
    const arn = requireFunctionAccess(d, call, reference, 'DeleteFunction');
    const isHere = reference.region === d.region;
    const removed =
      isHere && (await d.store.remove(reference.accountId, reference.name, () => auditOf(call).commit(), call.deadline));
    if (!removed) throw functionNotFound(arn);
    return {};
  });
