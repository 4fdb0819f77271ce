import type { RotationRun } from '@strongroom/client';
import { durationText, isOver, kindOf, stateOf, stepName } from './rotation-words';

/** Something that happened in a run. */
export interface RunChange {
  /** When; undefined where the service does not say. */
  at?: Date;
  /** Such as `setSecret`; `rotation` for the run as a whole. */
  what: string;
  /** Such as `done in 0.4 s`. */
  how: string;
}

/** What happened from one state of a run to a later one; from its beginning, if there is no earlier one. */
export const changesBetween = (before: RotationRun | undefined, after: RotationRun): RunChange[] => {
  const changes: RunChange[] = [];
  if (before === undefined) changes.push({ at: after.startedDate, what: kindOf(after), how: 'started' });
  for (const { step, tries } of after.steps) {
    const known = before?.steps.find((one) => one.step === step)?.tries ?? [];
    tries.forEach((attempt, index) => {
      const what = stepName(step);
      const started = attempt.startedDate;
      if (known[index] === undefined) changes.push({ at: started, what, how: index === 0 ? 'started' : `attempt ${index + 1}` });
      if (attempt.duration === undefined || known[index]?.duration !== undefined) return;
      const at = started && new Date(started.getTime() + Number(attempt.duration.seconds) * 1000 + attempt.duration.nanos / 1e6);
      const took = durationText(attempt.duration);
      const how =
        attempt.errorCode === '' ? `done in ${took}` : `failed after ${took}: ${attempt.errorCode}: ${attempt.errorMessage}`;
      changes.push({ at, what, how });
    });
  }
  if (isOver(after) && !(before && isOver(before)))
    changes.push({ at: after.endedDate, what: kindOf(after), how: stateOf(after) });
  return changes;
};
