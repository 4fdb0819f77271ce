import {
  RotationFunctionDirectoryServiceService,
  RotationFunctionServiceService,
  RotationServiceService,
} from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { change, consoleOnly, describeService, read } from './method';

/** Policies decide what a caller may do with a secret or a function. */
const forCallers = { callers: 'authenticated', onBehalf: consoleOnly } as const;
const callersRead = { ...forCallers, ...read } as const;
const callersChange = { ...forCallers, ...change } as const;
/** Rotations are Secrets Manager's, functions Lambda's. */
const ofFunctions = { eventSource: 'lambda.amazonaws.com' } as const;

export const rotationService = describeService(RotationServiceService, 'secretsmanager.amazonaws.com', {
  listRotationRuns: callersRead,
  getRotationRun: callersRead,
  retryRotation: callersChange,
  rollBackRotation: callersChange,
  // The console asks again instead of following.
  watchRotation: { callers: 'authenticated', ...read },
  registerRotationFunction: { ...callersChange, ...ofFunctions },
  listRotationFunctions: { ...callersRead, ...ofFunctions },
  describeRotationFunction: { ...callersRead, ...ofFunctions },
  deleteRotationFunction: { ...callersChange, ...ofFunctions },
});

export const rotationFunctionDirectoryService = describeService(RotationFunctionDirectoryServiceService, 'lambda.amazonaws.com', {
  // The caller's own RotateSecret speaks for it.
  resolveRotationFunction: { callers: 'none', services: ['secrets-api'], ...read, audited: false },
});

/** What others serve to rotation-worker; it tells of the steps itself. */
export const rotationFunctionService = describeService(RotationFunctionServiceService, 'lambda.amazonaws.com', {
  invokeStep: { callers: 'none', services: ['rotation-worker'], ...change, idempotent: true, audited: false },
});
