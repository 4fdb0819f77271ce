import type { RotationFunction as FunctionMessage } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import type { CustomFunction } from '../domain/custom-function';
import type { KnownFunction } from '../domain/function-directory';
import { toDuration } from './run-message';

export const toFunctionMessage = (known: KnownFunction, builtInTimeoutMs: number): FunctionMessage =>
  'builtIn' in known
    ? {
        functionArn: known.arn,
        functionName: known.builtIn.name,
        description: known.builtIn.description,
        implementation: { $case: 'builtIn', value: true },
        timeout: toDuration(builtInTimeoutMs),
        lastModifiedDate: undefined,
      }
    : toCustomMessage(known.arn, known.custom);

const toCustomMessage = (functionArn: string, fn: CustomFunction): FunctionMessage => ({
  functionArn,
  functionName: fn.name,
  description: fn.description,
  implementation:
    fn.implementation.kind === 'grpc'
      ? { $case: 'grpc', value: { ...fn.implementation } }
      : { $case: 'http', value: { ...fn.implementation } },
  timeout: toDuration(fn.timeoutMs),
  lastModifiedDate: fn.modifiedAt,
});
