import type {
  DescribeRotationFunctionRequest,
  DescribeRotationFunctionResponse,
} from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { unary } from '@strongroom/grpc-kit';
import { functionNotFound, readFunctionReference } from '../domain/custom-function';
import type { Call, Dependencies } from './dependencies';
import { ownScope, requireFunctionAccess } from './function-call';
import { toFunctionMessage } from './function-message';

export const describeRotationFunction = (d: Dependencies) =>
  unary<DescribeRotationFunctionRequest, DescribeRotationFunctionResponse, Call['caller']>(async ({ functionName }, call) => {
    const reference = readFunctionReference(functionName, ownScope(d, call));
    const arn = requireFunctionAccess(d, call, reference, 'GetFunction');
    const known = await d.functions.lookUp(reference);
    if (!known) throw functionNotFound(arn);
    return { function: toFunctionMessage(known, d.builtInTimeoutMs) };
  });
