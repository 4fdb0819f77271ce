import type {
  ResolveRotationFunctionRequest,
  ResolveRotationFunctionResponse,
} from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { unary } from '@strongroom/grpc-kit';
import { functionNotFound, readFunctionReference } from '../domain/custom-function';
import type { Dependencies } from './dependencies';

/** A function of another account counts as absent. This method does not decide who may use whose function. */
export const resolveRotationFunction = (d: Pick<Dependencies, 'functions' | 'region'>) =>
  unary<ResolveRotationFunctionRequest, ResolveRotationFunctionResponse>(async ({ accountId, functionName }) => {
    const reference = readFunctionReference(functionName, { accountId, region: d.region });
    const known = reference.accountId === accountId ? await d.functions.lookUp(reference) : undefined;
    if (!known) throw functionNotFound(functionName);
    return { functionArn: known.arn };
  });
