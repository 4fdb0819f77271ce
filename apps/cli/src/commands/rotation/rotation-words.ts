import { type RotationRun, RotationRunState, RotationStep } from '@strongroom/client';
import type { Duration } from '@strongroom/contracts/google/protobuf/duration';
import { RotationRunKind } from '@strongroom/contracts/strongroom/rotation/v1/rotation';

const STATES: Readonly<Record<RotationRunState, string>> = {
  [RotationRunState.UNSPECIFIED]: 'unknown',
  [RotationRunState.RUNNING]: 'running',
  [RotationRunState.SUCCEEDED]: 'succeeded',
  [RotationRunState.FAILED]: 'failed',
  [RotationRunState.ABANDONED]: 'abandoned',
  [RotationRunState.ROLLED_BACK]: 'rolled back',
  [RotationRunState.UNRECOGNIZED]: 'unknown',
};

const STEPS: Readonly<Record<RotationStep, string>> = {
  [RotationStep.UNSPECIFIED]: 'unknown',
  [RotationStep.CREATE_SECRET]: 'createSecret',
  [RotationStep.SET_SECRET]: 'setSecret',
  [RotationStep.TEST_SECRET]: 'testSecret',
  [RotationStep.FINISH_SECRET]: 'finishSecret',
  [RotationStep.UNRECOGNIZED]: 'unknown',
};

export const stateOf = ({ state }: Pick<RotationRun, 'state'>): string => STATES[state];
export const stepName = (step: RotationStep): string => STEPS[step];
export const isOver = ({ state }: Pick<RotationRun, 'state'>): boolean => state !== RotationRunState.RUNNING;
export const kindOf = ({ kind }: Pick<RotationRun, 'kind'>): string => (kind === RotationRunKind.TEST ? 'test' : 'rotation');

/** Such as `0.4 s`, `75 s`. */
export const durationText = ({ seconds, nanos }: Duration): string => {
  const value = Number(seconds) + nanos / 1e9;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
};

/** A run as people and scripts read it. */
export const readableRun = (run: RotationRun) => ({
  ...run,
  kind: kindOf(run),
  state: stateOf(run),
  steps: run.steps.map(({ step, tries }) => ({ step: stepName(step), tries })),
});
