import { listOf, numberIn, valuesOf } from './cron-field';
import { DAY_OF_MONTH, DAY_OF_WEEK, HOURS, MONTH } from './cron-fields';

/** A day of the week, 1 (Sunday) to 7; of a month the `nth` one, or each. */
export interface WeekDay {
  day: number;
  nth?: 1 | 2 | 3 | 4 | 5 | 'last';
}

/** A `cron()` expression, spelled out, so that it can be said in words. All in UTC. */
export interface CronParts {
  hours: readonly number[];
  /** 1 (January) to 12; all twelve for every month. */
  months: readonly number[];
  /** Days of the month; absent where days of the week decide. */
  daysOfMonth?: readonly (number | 'last')[];
  daysOfWeek?: readonly WeekDay[];
}

/**
 * @param expression `cron(…)`, which `readSchedule` accepts
 * @returns undefined for other expressions
 */
export function cronParts(expression: string): CronParts | undefined {
  const [, fields] = /^cron\((.*)\)$/.exec(expression) ?? [];
  if (fields === undefined) return undefined;
  const [, hours, dayOfMonth, month, dayOfWeek] = fields.trim().split(/\s+/) as [string, string, string, string, string];
  return {
    hours: listOf(hours, HOURS),
    months: listOf(month, MONTH),
    ...(dayOfMonth === '?' ? { daysOfWeek: dayOfWeek.split(',').flatMap(weekDays) } : { daysOfMonth: monthDays(dayOfMonth) }),
  };
}

const monthDays = (field: string): (number | 'last')[] => {
  const items = field.split(',');
  const numbers = items.filter((item) => item.toUpperCase() !== 'L');
  const days = [...new Set(numbers.flatMap((item) => valuesOf(item, DAY_OF_MONTH)))].sort((a, b) => a - b);
  return numbers.length < items.length ? [...days, 'last'] : days;
};

const weekDays = (item: string): WeekDay[] => {
  const day = (text: string): number => numberIn(text, DAY_OF_WEEK);
  if (item.toUpperCase() === 'L') return [{ day: 7 }];
  const [which = '', nth] = item.split('#');
  if (nth !== undefined) return [{ day: day(which), nth: Number(nth) as 1 | 2 | 3 | 4 | 5 }];
  if (/.L$/i.test(item)) return [{ day: day(item.slice(0, -1)), nth: 'last' }];
  return valuesOf(item, DAY_OF_WEEK).map((each) => ({ day: each }));
};
