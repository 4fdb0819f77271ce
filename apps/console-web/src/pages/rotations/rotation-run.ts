import type { ConsoleProcedures } from '@strongroom/console-api';
import type { RotationRunKind, RotationRunState, RotationStep } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { rotationsTexts as texts } from '../../texts/rotations';
import type { Tone } from '../../components/status-badge';

type AnswerOf<P> = P extends { _def: { $types: { output: infer Answer } } } ? Answer : never;
export type Run = AnswerOf<ConsoleProcedures['rotation']['listRotationRuns']>['runs'][number];

/** The contract's numbers: its module is made for services, and a page cannot load it. */
const RUN_STATES = { running: 1, succeeded: 2, failed: 3, abandoned: 4, rolledBack: 5 } as const satisfies Record<
  string,
  RotationRunState
>;
const TEST: RotationRunKind = 2;
const STEPS = { createSecret: 1, setSecret: 2, testSecret: 3, finishSecret: 4 } as const satisfies Record<string, RotationStep>;

export type RunState = keyof typeof RUN_STATES | 'unknown';
export type StepName = keyof typeof STEPS;

const namesOf = <Name extends string>(numbers: Readonly<Record<Name, number>>): ReadonlyMap<number, Name> =>
  new Map((Object.entries(numbers) as [Name, number][]).map(([name, number]) => [number, name]));
const stateNames = namesOf(RUN_STATES);

export const stateOf = ({ state }: Pick<Run, 'state'>): RunState => stateNames.get(state) ?? 'unknown';
export const isOver = (run: Pick<Run, 'state'>): boolean => stateOf(run) !== 'running';
export const isTest = ({ kind }: Pick<Run, 'kind'>): boolean => kind === TEST;

const TONES: Readonly<Record<RunState, Tone>> = {
  running: 'busy',
  succeeded: 'good',
  failed: 'bad',
  abandoned: 'neutral',
  rolledBack: 'warning',
  unknown: 'neutral',
};
export const toneOf = (run: Pick<Run, 'state'>): Tone => TONES[stateOf(run)];
export const stateWords = (run: Pick<Run, 'state'>): string => texts.states[stateOf(run)];

/** One try of a step. */
export interface Try {
  at?: Date;
  /** Milliseconds; absent while it is under way, and if the worker was killed. */
  took?: number;
  errorCode: string;
  errorMessage: string;
}

/** A step as the page shows it. `retrying`: the last try failed, and another one follows. */
export interface StepProgress {
  name: StepName;
  state: 'waiting' | 'running' | 'retrying' | 'done' | 'failed' | 'skipped';
  tries: readonly Try[];
}

/** The steps of a run in their order, also those that have not begun. */
export const stepsOf = (run: Run): StepProgress[] => {
  const names: readonly StepName[] = isTest(run) ? ['testSecret'] : ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
  const tries = new Map(run.steps.map((record) => [record.step as number, record.tries.map(tryOf)]));
  const begun = names.filter((name) => (tries.get(STEPS[name]) ?? []).length > 0);
  return names.map((name) => {
    const own = tries.get(STEPS[name]) ?? [];
    return { name, tries: own, state: stateOfStep(run, own, name === begun.at(-1)) };
  });
};

const stateOfStep = (run: Run, tries: readonly Try[], isNewest: boolean): StepProgress['state'] => {
  const last = tries.at(-1);
  if (last === undefined)
    return isOver(run) && stateOf(run) !== 'succeeded' ? 'skipped' : stateOf(run) === 'succeeded' ? 'done' : 'waiting';
  const isDone = last.took !== undefined && last.errorCode === '';
  // A step that a later one follows is done, even if its last answer was lost.
  if (isDone || !isNewest || stateOf(run) === 'succeeded') return 'done';
  if (isOver(run)) return 'failed';
  return last.errorCode === '' ? 'running' : 'retrying';
};

const tryOf = ({ startedDate, duration, errorCode, errorMessage }: Run['steps'][number]['tries'][number]): Try => ({
  ...(startedDate && { at: startedDate }),
  ...(duration && { took: Number(duration.seconds) * 1_000 + duration.nanos / 1e6 }),
  errorCode,
  errorMessage,
});

/** Milliseconds that a run has taken, or takes so far. */
export const tookOf = ({ startedDate, endedDate }: Pick<Run, 'startedDate' | 'endedDate'>, now: Date): number | undefined =>
  startedDate && Math.max(0, (endedDate ?? now).getTime() - startedDate.getTime());

/** What helps against an error of a step, where its name says it. */
export const adviceFor = (run: Run): string | undefined => {
  const code = run.steps.at(-1)?.tries.at(-1)?.errorCode;
  return code === undefined || code === '' ? undefined : (texts.advice as Readonly<Record<string, string>>)[code];
};
