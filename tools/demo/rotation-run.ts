import { type RotationRun, RotationRunState, RotationStep, type StrongroomClient } from '@strongroom/client';
import { DemoError } from './narrator';

export const stepNames: Readonly<Partial<Record<RotationStep, string>>> = {
  [RotationStep.CREATE_SECRET]: 'createSecret',
  [RotationStep.SET_SECRET]: 'setSecret',
  [RotationStep.TEST_SECRET]: 'testSecret',
  [RotationStep.FINISH_SECRET]: 'finishSecret',
};

const PATIENCE_MS = 120_000;

/** Which run: the newest one, or that of a version. */
export interface RunName {
  secretId: string;
  versionId?: string;
}

/** Follows a run until it is as wanted. Throws DemoError when it ends otherwise. */
export const runThat = async (
  { rotation }: StrongroomClient,
  name: RunName,
  wanted: (run: RotationRun) => boolean,
): Promise<RotationRun> => {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  while (!signal.aborted) {
    for await (const run of rotation.watchRotation(name, { signal })) {
      if (wanted(run)) return run;
      if (run.state === RotationRunState.FAILED) throw new DemoError(`the rotation failed: ${run.diagnosis}`);
    }
  }
  throw new DemoError('the rotation did not get on');
};

export const hasSucceeded = ({ state }: RotationRun): boolean => state === RotationRunState.SUCCEEDED;

/** What a run's history says of one step: `setSecret ok (12 ms)`. */
export const stepLines = (run: RotationRun): string[] =>
  run.steps.flatMap(({ step, tries }) =>
    tries.map(({ duration, errorCode }) => {
      const took = duration ? `${Number(duration.seconds) * 1_000 + Math.round(duration.nanos / 1e6)} ms` : 'cut off';
      return `${(stepNames[step] ?? '?').padEnd(13)} ${(errorCode || 'ok').padEnd(28)} ${took}`;
    }),
  );
