import type { Caller } from '@strongroom/access';
import { served } from '@strongroom/grpc-kit';
import { rotationFunctionDirectoryService, rotationService } from '@strongroom/methods';
import { deleteRotationFunction } from './delete-rotation-function.handler';
import type { Dependencies } from './dependencies';
import { describeRotationFunction } from './describe-rotation-function.handler';
import { getRotationRun } from './get-rotation-run.handler';
import { listRotationFunctions } from './list-rotation-functions.handler';
import { listRotationRuns } from './list-rotation-runs.handler';
import { registerRotationFunction } from './register-rotation-function.handler';
import { resolveRotationFunction } from './resolve-rotation-function.handler';
import { retryRotation } from './retry-rotation.handler';
import { rollBackRotation } from './roll-back-rotation.handler';
import { watchRotation } from './watch-rotation.handler';

export const rotationHandlers = (d: Dependencies) =>
  served<typeof rotationService, Caller>(rotationService, {
    listRotationRuns: listRotationRuns(d),
    getRotationRun: getRotationRun(d),
    retryRotation: retryRotation(d),
    rollBackRotation: rollBackRotation(d),
    watchRotation: watchRotation(d),
    registerRotationFunction: registerRotationFunction(d),
    listRotationFunctions: listRotationFunctions(d),
    describeRotationFunction: describeRotationFunction(d),
    deleteRotationFunction: deleteRotationFunction(d),
  });

export const directoryHandlers = (d: Dependencies) =>
  served<typeof rotationFunctionDirectoryService, Caller>(rotationFunctionDirectoryService, {
    resolveRotationFunction: resolveRotationFunction(d),
  });
