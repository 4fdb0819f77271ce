import { MINUTE, SECOND } from '@strongroom/clock';
import type { AlarmSettings } from './alarm';

/** Parts of a period in which events are counted, so that periods can end at any time without a row for each event. */
export const STEPS = 60;

type Window = Pick<AlarmSettings, 'periodSeconds' | 'evaluationPeriods'>;

/** The number of the step in which an instant is; it grows by one each sixtieth of the period. */
export const stepOf = ({ periodSeconds }: Pick<Window, 'periodSeconds'>, instant: Date): number =>
  Math.floor((instant.getTime() * STEPS) / (periodSeconds * 1_000));

/** The last step that no period holds any more, of the periods that end with this one. */
export const lastStepBefore = ({ evaluationPeriods }: Window, step: number): number => step - STEPS * evaluationPeriods;

/** How many of the periods that end with this step, newest first, began after events were counted. */
export function knownPeriods(window: Window, step: number, countedSince: Date): number {
  const known = step - stepOf(window, countedSince);
  return Math.max(0, Math.min(window.evaluationPeriods, Math.floor(known / STEPS)));
}

/** From one look at an alarm to the next: a step of its window, within these bounds. Milliseconds. */
const LOOKS = { min: 10 * SECOND, max: 5 * MINUTE };

/** When an alarm is looked at again, whether or not there are events. */
export function nextLook({ periodSeconds }: Pick<Window, 'periodSeconds'>, now: Date): Date {
  const step = (periodSeconds * SECOND) / STEPS;
  return new Date(now.getTime() + Math.min(LOOKS.max, Math.max(LOOKS.min, step)));
}
