import type { ConsoleProcedures } from '@strongroom/console-api';
import { AWSCURRENT, AWSPENDING } from '@strongroom/secret-values';
import { nextWindows, rulesOf } from '../secret/schedule-words';
import { isOver, type Run, stateOf } from './rotation-run';

type AnswerOf<P> = P extends { _def: { $types: { output: infer Answer } } } ? Answer : never;
export type ListedSecret = AnswerOf<ConsoleProcedures['secrets']['listSecrets']>['secretList'][number];

export type RotatingState = 'failed' | 'overdue' | 'running' | 'pending' | 'scheduled' | 'onDemand';

/** A version waits to become the current one: a rotation runs, or has failed. */
export const isPending = ({ secretVersionsToStages }: Pick<ListedSecret, 'secretVersionsToStages'>): boolean =>
  Object.values(secretVersionsToStages).some(({ stages }) => stages.includes(AWSPENDING) && !stages.includes(AWSCURRENT));

/** Whether a secret belongs on the page of rotations. */
export const rotates = (secret: Pick<ListedSecret, 'rotationEnabled' | 'deletedDate' | 'rotationLambdaArn'>): boolean =>
  secret.rotationEnabled === true && secret.deletedDate === undefined;

/** How long after its last moment a rotation may be late before it is called overdue: a worker looks every two seconds. */
const LATE = 5 * 60_000;

/** @param run the newest run, as far as it is known */
export const stateOfSecret = (
  secret: Pick<ListedSecret, 'nextRotationDate' | 'secretVersionsToStages'>,
  run: Run | undefined,
  now: Date,
): RotatingState => {
  if (run && !isOver(run)) return 'running';
  if (isPending(secret)) return run === undefined ? 'pending' : stateOf(run) === 'failed' ? 'failed' : 'pending';
  if (secret.nextRotationDate === undefined) return 'onDemand';
  return secret.nextRotationDate.getTime() + LATE < now.getTime() ? 'overdue' : 'scheduled';
};

const RANKS: Readonly<Record<RotatingState, number>> = {
  failed: 0,
  overdue: 1,
  running: 2,
  pending: 3,
  scheduled: 4,
  onDemand: 5,
};

/** What needs somebody first, then by the next date. */
export const byUrgency = (
  a: { state: RotatingState; secret: Pick<ListedSecret, 'nextRotationDate' | 'name'> },
  b: { state: RotatingState; secret: Pick<ListedSecret, 'nextRotationDate' | 'name'> },
): number =>
  RANKS[a.state] - RANKS[b.state] ||
  (a.secret.nextRotationDate?.getTime() ?? Infinity) - (b.secret.nextRotationDate?.getTime() ?? Infinity) ||
  a.secret.name.localeCompare(b.secret.name);

/** A rotation that is due on a day. */
export interface Due {
  name: string;
  windows: readonly { start: Date; end: Date }[];
}

/** More windows than these in one month are those of a schedule in hours: the page counts them by day. */
const MAX_WINDOWS = 31 * 6;
const DAY = 86_400_000;

/**
 * What is due on each day (of UTC) of a month, by `2026-03-01`.
 * @param month any moment in it
 */
export const dueInMonth = (
  secrets: readonly Pick<ListedSecret, 'name' | 'rotationRules' | 'nextRotationDate'>[],
  month: Date,
  now: Date,
): Map<string, Due[]> => {
  const [first, end] = monthOf(month);
  const days = new Map<string, Due[]>();
  for (const { name, rotationRules, nextRotationDate } of secrets) {
    const rules = rulesOf(rotationRules);
    if (rules === undefined || nextRotationDate === undefined) continue;
    const byDay = new Map<string, { start: Date; end: Date }[]>();
    for (const window of windowsFrom(rules, nextRotationDate, now, end)) {
      if (window.start < first || window.start >= end) continue;
      const day = window.start.toISOString().slice(0, 10);
      byDay.set(day, [...(byDay.get(day) ?? []), window]);
    }
    for (const [day, windows] of byDay) days.set(day, [...(days.get(day) ?? []), { name, windows }]);
  }
  return days;
};

/** The windows until `end`; the first one is that of the date which the service has set. */
function* windowsFrom(rules: NonNullable<ReturnType<typeof rulesOf>>, next: Date, now: Date, end: Date) {
  // The date is the last second of its window, which began less than a day before.
  let after = new Date(Math.max(next.getTime() - DAY, rules.automaticallyAfterDays === undefined ? now.getTime() : 0));
  if (rules.automaticallyAfterDays !== undefined || /^rate\(\d+ days?\)$/.test(rules.scheduleExpression ?? '')) {
    // Counted from the last rotation: the service's date fixes where the windows lie.
    const start = new Date(Math.floor(next.getTime() / DAY) * DAY);
    yield { start, end: new Date(next.getTime() + 1_000) };
    after = start;
  }
  for (let count = 0; count < MAX_WINDOWS; count++) {
    const [window] = nextWindows(rules, after, 1);
    if (window === undefined || window.start >= end) return;
    yield window;
    after = window.start;
  }
}

/** The first moment of a month and of the next one, in UTC. */
export const monthOf = (moment: Date): [first: Date, end: Date] => {
  const [year, month] = [moment.getUTCFullYear(), moment.getUTCMonth()];
  return [new Date(Date.UTC(year, month, 1)), new Date(Date.UTC(year, month + 1, 1))];
};
