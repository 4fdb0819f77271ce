import { cronParts, readSchedule, type RotationRules, type WeekDay } from '@strongroom/schedule';
import { scheduleTexts as texts } from '../../texts/schedule';

/** Rules as the contract has them. */
export interface ContractRules {
  automaticallyAfterDays?: bigint | number;
  duration?: string;
  scheduleExpression?: string;
}

/** The rules as `readSchedule` takes them; undefined for a secret that rotates on demand only. */
export const rulesOf = (rules: ContractRules | undefined): RotationRules | undefined => {
  const { automaticallyAfterDays, duration, scheduleExpression } = rules ?? {};
  if (automaticallyAfterDays === undefined && !scheduleExpression) return undefined;
  return {
    ...(automaticallyAfterDays === undefined
      ? { scheduleExpression }
      : { automaticallyAfterDays: Number(automaticallyAfterDays) }),
    ...(duration && { duration }),
  };
};

/** When a secret rotates, as people say it. The expression itself where nothing says it shorter. */
export const scheduleWords = (rules: RotationRules | undefined): string => {
  if (rules === undefined) return texts.onDemand;
  const { automaticallyAfterDays: days, scheduleExpression: expression = '', duration } = rules;
  const window = duration === undefined ? '' : texts.window(Number.parseInt(duration, 10));
  if (days !== undefined) return texts.days(days) + window;
  const [, count, unit] = /^rate\((\d+) (hour|day)s?\)$/.exec(expression) ?? [];
  if (count !== undefined) return (unit === 'hour' ? texts.hours(Number(count)) : texts.days(Number(count))) + window;
  return (cronWords(expression) ?? expression) + window;
};

/** What is longer than this is easier to read as it stands. */
const MAX_LISTED = 7;

const cronWords = (expression: string): string | undefined => {
  const parts = cronParts(expression);
  if (parts === undefined) return undefined;
  const { hours, months, daysOfMonth, daysOfWeek } = parts;
  const isEveryMonth = months.length === 12;
  const of = isEveryMonth ? undefined : months.map((month) => texts.months[month - 1]!);
  const at = texts.at(hours.map((hour) => `${String(hour).padStart(2, '0')}:00`));
  if (daysOfWeek !== undefined) {
    if (daysOfWeek.length > MAX_LISTED) return undefined;
    return weekWords(daysOfWeek, of) + at;
  }
  if (daysOfMonth!.length === 31) return texts.everyDay(of) + at;
  if (daysOfMonth!.length > MAX_LISTED) return undefined;
  return (
    texts.onDays(
      daysOfMonth!.map((day) => (day === 'last' ? texts.lastDay : texts.ordinal(day))),
      of,
    ) + at
  );
};

const weekWords = (days: readonly WeekDay[], months: readonly string[] | undefined): string => {
  if (days.length === 7 && days.every(({ nth }) => nth === undefined)) return texts.everyDay(months);
  const isEach = days.every(({ nth }) => nth === undefined);
  const names = days.map(({ day, nth }) =>
    nth === undefined
      ? texts.weekDays[day - 1]!
      : `${nth === 'last' ? texts.last : texts.nth[nth - 1]!} ${texts.weekDays[day - 1]!}`,
  );
  return isEach ? texts.everyWeekDay(names, months) : texts.onNth(names, months);
};

/**
 * The next windows in which the secret may rotate.
 *
 * @param after the last rotation, or now if there was none
 * @throws InvalidParameterException that names the field and the rule
 */
export const nextWindows = (rules: RotationRules, after: Date, count = 5): { start: Date; end: Date }[] => {
  const schedule = readSchedule(rules);
  const windows: { start: Date; end: Date }[] = [];
  let from = after;
  while (windows.length < count) {
    const window = schedule.nextWindow(from);
    if (window === undefined) break;
    windows.push(window);
    from = window.start;
  }
  return windows;
};
