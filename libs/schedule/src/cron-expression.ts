import { DAY, HOUR } from '@strongroom/clock';
import { invalidParameter } from '@strongroom/errors';
import { Cron } from 'croner';
import { DAY_OF_MONTH, DAY_OF_WEEK, HOURS, MINUTES, MONTH, YEAR } from './cron-fields';
import { badField, listOf, numberIn, valuesOf } from './cron-field';

/** A `cron()` expression by Secrets Manager's rules: it starts on the hour, in UTC, every year. */
export interface CronExpression {
  /** The hours at which it starts on a rotation day, ascending. */
  readonly hours: readonly number[];
  /** The shortest time between two starts, in hours; 24 or more if a day has one start. */
  readonly shortestGapHours: number;
  /** The first start after an instant. */
  next(after: Date): Date | undefined;
}

/** The days that are checked for two rotation days in a row: a whole cycle of leap years. */
const CYCLE_START = new Date('2024-01-01T00:00:00Z');
const CYCLE_DAYS = 4 * 366;

/** @param fields the text between the parentheses. @throws InvalidParameterException */
export function parseCron(fields: string): CronExpression {
  const [minutes, hour, dayOfMonth, month, dayOfWeek, year, ...more] = fields.trim().split(/\s+/);
  if (year === undefined || more.length > 0) {
    throw invalidParameter(
      'RotationRules.ScheduleExpression: cron() must have six fields: Minutes Hours Day-of-month Month Day-of-week Year.',
    );
  }
  if (minutes !== '0') throw badField(MINUTES, 'must be 0: rotation windows open on the hour');
  if (year !== '*') throw badField(YEAR, 'must be *');
  const hours = listOf(hour!, HOURS);
  const days = daysPattern(dayOfMonth!, listOf(month!, MONTH), dayOfWeek!);
  const cron = cronOf(hours.join(), days);
  // Such as the 31st of February.
  if (!cron.nextRun(CYCLE_START)) throw invalidParameter('RotationRules.ScheduleExpression must name a day that exists.');
  return { hours, shortestGapHours: shortestGap(hours, days), next: (after) => cron.nextRun(after) ?? undefined };
}

/** An offset of 0, because the time zone UTC costs several times as much. Paused: it only computes and never fires. */
const cronOf = (hours: string, days: string): Cron => new Cron(`0 0 ${hours} ${days}`, { utcOffset: 0, paused: true });

/** The last three fields in croner's form: days of the week start at 0. */
function daysPattern(dayOfMonth: string, months: number[], dayOfWeek: string): string {
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw invalidParameter('RotationRules.ScheduleExpression: one of Day-of-month and Day-of-week must be ?, and only one.');
  }
  const ofMonth = dayOfMonth === '?' ? '*' : listed(dayOfMonth, dayOfMonthItem);
  const ofWeek = dayOfWeek === '?' ? '*' : listed(dayOfWeek, dayOfWeekItem);
  return `${ofMonth} ${months.join()} ${ofWeek}`;
}

const listed = (field: string, item: (text: string) => string): string => field.split(',').map(item).join();

const dayOfMonthItem = (item: string): string => (item.toUpperCase() === 'L' ? 'L' : valuesOf(item, DAY_OF_MONTH).join());

function dayOfWeekItem(item: string): string {
  const day = (text: string): number => numberIn(text, DAY_OF_WEEK) - 1;
  if (item.toUpperCase() === 'L') return '6';
  const [which = '', nth, ...more] = item.split('#');
  if (nth !== undefined) {
    if (more.length > 0) throw badField(DAY_OF_WEEK, 'must have at most one # in an item');
    return `${day(which)}#${numberIn(nth, { name: 'the number after # in Day-of-week', min: 1, max: 5 })}`;
  }
  if (/.L$/i.test(item)) return `${day(item.slice(0, -1))}#L`;
  return valuesOf(item, DAY_OF_WEEK)
    .map((value) => value - 1)
    .join();
}

function shortestGap(hours: readonly number[], days: string): number {
  const within = hours.slice(1).map((hour, index) => hour - hours[index]!);
  const overnight = 24 - hours.at(-1)! + hours[0]!;
  const shortest = Math.min(24, ...within);
  return overnight < shortest && canAdjoin(days) ? overnight : shortest;
}

/** Whether the expression ever starts on two days in a row. */
function canAdjoin(days: string): boolean {
  const cron = cronOf('0', days);
  const end = CYCLE_START.getTime() + CYCLE_DAYS * DAY;
  let last = cron.nextRun(CYCLE_START);
  while (last && last.getTime() < end) {
    const next = cron.nextRun(last);
    if (next && next.getTime() - last.getTime() <= 24 * HOUR) return true;
    last = next;
  }
  return false;
}
