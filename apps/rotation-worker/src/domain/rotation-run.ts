import { derivedId } from './hashing/derived-id';
import { rotationSteps, type RotationStep } from './rotation-function.port';
import type { RequestKind, RotationRequest } from './rotation-request.port';

export type RunState = 'running' | 'succeeded' | 'failed' | 'abandoned' | 'rolled-back';

/** One attempt at a rotation, as recorded in the history. */
export interface RotationRun {
  runId: string;
  secretArn: string;
  accountId: string;
  /** The version that will become AWSCURRENT. */
  versionId: string;
  attempt: number;
  functionArn: string;
  kind: RequestKind;
  state: RunState;
  /** The next step; for an ended run, the step where it ended. */
  nextStep: RotationStep;
  /** '' for a scheduled rotation. */
  initiatedBy: string;
  startedAt: Date;
  endedAt?: Date;
  /** Until then nobody needs to check whether the run has lost its job. */
  busyUntil: Date;
  /** Why it failed and what to do about it; otherwise ''. */
  diagnosis: string;
}

/** One attempt of one step. */
export interface StepTry {
  /** Grows with time. */
  tryId: string;
  step: RotationStep;
  startedAt: Date;
  /** Absent while it is in progress, and if its worker was killed. */
  durationMs?: number;
  /** '' on success. */
  errorCode: string;
  errorMessage: string;
}

/** The same attempt has the same run, whichever worker runs it. */
export const runIdOf = ({ secretArn, token, attempt }: Pick<RotationRequest, 'secretArn' | 'token' | 'attempt'>): string =>
  derivedId('run', secretArn, token, attempt);

export const firstStep = (kind: RequestKind): RotationStep => (kind === 'test' ? 'testSecret' : 'createSecret');

/** Undefined after the last one. */
export const stepAfter = (kind: RequestKind, step: RotationStep): RotationStep | undefined =>
  kind === 'test' ? undefined : rotationSteps[stepNumber(step) + 1];

/** From 0. */
export const stepNumber = (step: RotationStep): number => rotationSteps.indexOf(step);

export const isRotationStep = (text: string): text is RotationStep => (rotationSteps as readonly string[]).includes(text);

export const beginRun = (request: RotationRequest, startedAt: Date, busyUntil: Date): RotationRun => ({
  runId: runIdOf(request),
  secretArn: request.secretArn,
  accountId: request.accountId,
  versionId: request.token,
  attempt: request.attempt,
  functionArn: request.functionArn,
  kind: request.kind,
  state: 'running',
  nextStep: firstStep(request.kind),
  initiatedBy: request.initiatedBy,
  startedAt,
  busyUntil,
  diagnosis: '',
});
