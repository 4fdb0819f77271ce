import type { ErrorKind } from '@strongroom/errors';
import type { RotationStep } from './rotation-function.port';
import type { RequestKind } from './rotation-request.port';
import { cut, type StepFailure } from './step-failure';

const MAX_LENGTH = 2_000;

const advice: Partial<Record<ErrorKind, string>> = {
  'invalid-argument': 'Correct what the message names',
  'failed-precondition': 'Correct what the message names',
  'not-found': 'Make sure that what the message names exists',
  'permission-denied': 'Give the permission that the message names',
  unauthenticated: 'Make sure that the credentials in the secret, or in its master secret, are right',
  unavailable: 'Make sure that rotation-worker can reach the server and that it is up',
  'deadline-exceeded': 'Make sure that the server answers in time, or give the function a longer timeout',
};

const purpose: Record<RotationStep, string> = {
  createSecret: 'making the new value',
  setSecret: 'making the server accept the new value',
  testSecret: 'logging in with the new value',
  finishSecret: 'moving AWSCURRENT to the new version',
};

/** Why a run failed and what a person can do about it. */
export const diagnose = (kind: RequestKind, step: RotationStep, failure: StepFailure): string => {
  const tries = failure.isPermanent ? 'and trying again would not help' : 'at every try';
  const what =
    kind === 'test'
      ? `The configuration did not pass its test: testSecret (logging in with the current value) failed, ${tries}.`
      : `${step} (${purpose[step]}) failed, ${tries}.`;
  const remedy = advice[failure.kind] ?? 'See the log of rotation-worker, or of the function';
  const onward =
    kind === 'test'
      ? 'then call RotateSecret again.'
      : 'then call RetryRotation, or RollBackRotation to abandon the new version. AWSCURRENT was not moved.';
  return cut(`${what} ${failure.code}: ${failure.message} ${remedy}, ${onward}`, MAX_LENGTH);
};
