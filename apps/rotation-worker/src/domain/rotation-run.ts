import { derivedId } from './hashing/derived-id';
import { rotationSteps, type RotationStep } from './rotation-function.port';
import type { RequestKind, RotationRequest } from './rotation-request.port';

export type RunState = 'running' | 'succeeded' | 'failed' | 'abandoned' | 'rolled-back';

/** One attempt at a rotation, as the history has it. */
export interface RotationRun {
  runId: string;
  secretArn: string;
  accountId: string;
  /** The version that is to become AWSCURRENT. */
  versionId: string;
  attempt: number;
  functionArn: string;
  kind: RequestKind;
  state: RunState;
  /** What is to be done next; of an ended run, where it ended. */
  nextStep: RotationStep;
  /** '' for a scheduled one. */
  initiatedBy: string;
  startedAt: Date;
  endedAt?: Date;
  /** Until then nobody needs to look whether the run has lost its job. */
  busyUntil: Date;
  /** Why it failed and what to do about it; '' otherwise. */
  diagnosis: string;
}

/** One try of one step. */
export interface StepTry {
  /** Grows with time. */
  tryId: string;
  step: RotationStep;
  startedAt: Date;
  /** Absent while it goes on, and for ever when its worker was killed. */
  durationMs?: number;
  /** '' when it went well. */
  errorCode: string;
  errorMessage: string;
}

/** The same attempt has the same run, whoever works on it. */
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
