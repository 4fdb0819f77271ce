import {
  type RotationRun as RunMessage,
  RotationRunKind,
  RotationRunState,
  RotationStep as StepMessage,
  type RotationStepRecord,
} from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import type { Duration } from '@strongroom/contracts/google/protobuf/duration';
import { rotationSteps, type RotationStep } from '../domain/rotation-function.port';
import type { RunState, StepTry } from '../domain/rotation-run';
import type { RunWithTries } from '../domain/run-history.port';

// Translates between the generated messages and the domain.

const states: Record<RunState, RotationRunState> = {
  running: RotationRunState.RUNNING,
  succeeded: RotationRunState.SUCCEEDED,
  failed: RotationRunState.FAILED,
  abandoned: RotationRunState.ABANDONED,
  'rolled-back': RotationRunState.ROLLED_BACK,
};

const steps: Record<RotationStep, StepMessage> = {
  createSecret: StepMessage.CREATE_SECRET,
  setSecret: StepMessage.SET_SECRET,
  testSecret: StepMessage.TEST_SECRET,
  finishSecret: StepMessage.FINISH_SECRET,
};

export const toRunMessage = ({ run, tries }: RunWithTries): RunMessage => ({
  runId: run.runId,
  secretArn: run.secretArn,
  versionId: run.versionId,
  functionArn: run.functionArn,
  kind: run.kind === 'test' ? RotationRunKind.TEST : RotationRunKind.ROTATION,
  state: states[run.state],
  startedDate: run.startedAt,
  endedDate: run.endedAt,
  initiatedBy: run.initiatedBy,
  steps: rotationSteps.flatMap((step): RotationStepRecord[] => {
    const ofStep = tries.filter((one) => one.step === step);
    return ofStep.length === 0 ? [] : [{ step: steps[step], tries: ofStep.map(toTryMessage) }];
  }),
  diagnosis: run.diagnosis,
});

const toTryMessage = (one: StepTry) => ({
  startedDate: one.startedAt,
  duration: one.durationMs === undefined ? undefined : toDuration(one.durationMs),
  errorCode: one.errorCode,
  errorMessage: one.errorMessage,
});

export const toDuration = (milliseconds: number): Duration => ({
  seconds: BigInt(Math.floor(milliseconds / 1_000)),
  nanos: (milliseconds % 1_000) * 1_000_000,
});

/**
 * Milliseconds; NaN for an invalid duration: its two parts must have one sign, and the nanoseconds must be less than a second.
 */
export function fromDuration(duration: Duration | undefined): number | undefined {
  if (duration === undefined) return undefined;
  const { seconds, nanos } = duration;
  const isDuration = Math.abs(nanos) < 1e9 && !(seconds > 0n && nanos < 0) && !(seconds < 0n && nanos > 0);
  return isDuration ? Number(seconds) * 1_000 + nanos / 1_000_000 : NaN;
}
