import { auditOf } from '@strongroom/audit-trail';
import type {
  RegisterRotationFunctionRequest,
  RegisterRotationFunctionResponse,
} from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { invalidParameter } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import {
  type CustomFunction,
  requireDescription,
  requireGrpc,
  requireHttp,
  requireOwnName,
  requireTimeout,
} from '../domain/custom-function';
import type { Call, Dependencies } from './dependencies';
import { ownScope, requireFunctionAccess } from './function-call';
import { toFunctionMessage } from './function-message';
import { fromDuration } from './run-message';

export const registerRotationFunction = (d: Dependencies) =>
  unary<RegisterRotationFunctionRequest, RegisterRotationFunctionResponse, Call['caller']>(async (request, call) => {
    const own = ownScope(d, call);
    const custom: CustomFunction = {
      accountId: own.accountId,
      name: requireOwnName(request.functionName),
      description: requireDescription(request.description),
      implementation: implementationOf(request),
      timeoutMs: requireTimeout(fromDuration(request.timeout)),
      modifiedAt: d.clock.now(),
    };
    const arn = requireFunctionAccess(d, call, { ...own, name: custom.name }, 'CreateFunction');
    await d.store.put(custom, () => auditOf(call).commit(), call.deadline);
    return { function: toFunctionMessage({ arn, custom }, d.builtInTimeoutMs) };
  });

const implementationOf = ({ implementation }: RegisterRotationFunctionRequest): CustomFunction['implementation'] => {
  switch (implementation?.$case) {
    case 'grpc':
      return requireGrpc(implementation.value);
    case 'http':
      return requireHttp(implementation.value);
    default:
      throw invalidParameter('You must provide either Grpc or Http.');
  }
};
