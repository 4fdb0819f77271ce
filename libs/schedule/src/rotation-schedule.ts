import { DAY, HOUR } from '@strongroom/clock';
import { invalidParameter } from '@strongroom/errors';
import { inRange, obeys, secretNumbers, secretTexts } from '@strongroom/field-rules';
import { parseCron } from './cron-expression';
import { midnightBefore, type RotationWindow } from './window';

/** When a secret rotates, in the contract's form. */
export interface RotationRules {
  /** 1 to 1,000. Excludes `scheduleExpression`. */
  automaticallyAfterDays?: number;
  /** The length of a window: `1h` to `24h`. */
  duration?: string;
  /** `rate(…)` or `cron(…)`. */
  scheduleExpression?: string;
}

export interface RotationSchedule {
  /**
   * The first window that begins after an instant: that of the last rotation, or of the configuration. Undefined if there is no
   * further one.
   */
  nextWindow(after: Date): RotationWindow | undefined;
}

/** The places of a schedule's windows, without their length. */
interface Starts {
  next(after: number): number | undefined;
  /** The hours of the longest window, and the reason for this limit. */
  longest: number;
  limit: string;
  /** The length without a Duration. */
  endOf(start: number): number;
}

const MIN_HOURS = 4;
const MAX_DAYS = 999;
const AFTER_DAYS = secretNumbers.automaticallyAfterDays;
const { min: MIN_LENGTH, max: MAX_LENGTH } = secretTexts.scheduleExpression;

/** @throws InvalidParameterException that names the field of RotationRules and the rule */
export function readSchedule({ automaticallyAfterDays, duration, scheduleExpression }: RotationRules): RotationSchedule {
  if ((automaticallyAfterDays === undefined) === (scheduleExpression === undefined)) {
    throw invalidParameter('RotationRules must have either AutomaticallyAfterDays or ScheduleExpression, and not both.');
  }
  const starts = scheduleExpression === undefined ? afterDays(automaticallyAfterDays!) : startsOf(scheduleExpression);
  const hours = duration === undefined ? undefined : readDuration(duration, starts);
  return {
    nextWindow(after) {
      const start = starts.next(after.getTime());
      if (start === undefined) return undefined;
      return { start: new Date(start), end: new Date(hours === undefined ? starts.endOf(start) : start + hours * HOUR) };
    },
  };
}

function readDuration(duration: string, { longest, limit }: Starts): number {
  const hours = obeys(secretTexts.rotationDuration, duration) ? Number.parseInt(duration, 10) : 0;
  if (hours < 1 || hours > 24) throw invalidParameter('RotationRules.Duration must be 1h to 24h.');
  if (hours > longest) throw invalidParameter(`RotationRules.Duration must be at most ${longest}h here: ${limit}.`);
  return hours;
}

function afterDays(days: number): Starts {
  if (!Number.isInteger(days) || !inRange(AFTER_DAYS, days)) {
    throw invalidParameter(`RotationRules.AutomaticallyAfterDays must be from ${AFTER_DAYS.min} to ${AFTER_DAYS.max}.`);
  }
  return everyDays(days);
}

function startsOf(expression: string): Starts {
  if (expression.length > MAX_LENGTH) {
    throw invalidParameter(`RotationRules.ScheduleExpression must have ${MIN_LENGTH} to ${MAX_LENGTH} characters.`);
  }
  const [, kind, inner] = /^(rate|cron)\((.*)\)$/.exec(expression) ?? [];
  if (kind === undefined) throw invalidParameter('RotationRules.ScheduleExpression must be rate(…) or cron(…).');
  return kind === 'rate' ? parseRate(inner!) : cronStarts(inner!);
}

function parseRate(inner: string): Starts {
  const [, text, unit] = /^([1-9]\d{0,4}) (hours?|days?)$/.exec(inner) ?? [];
  if (text === undefined || (text === '1') === unit!.endsWith('s')) {
    throw invalidParameter('RotationRules.ScheduleExpression must be rate(1 day), rate(N days) or rate(N hours).');
  }
  const value = Number(text);
  const hours = unit!.startsWith('hour') ? value : value * 24;
  if (hours < MIN_HOURS || hours > MAX_DAYS * 24) {
    throw invalidParameter('RotationRules.ScheduleExpression must be from rate(4 hours) to rate(999 days).');
  }
  return unit!.startsWith('hour') ? everyHours(value) : everyDays(value);
}

/** The window is this number of days after the day of the last rotation. */
const everyDays = (days: number): Starts => ({
  next: (after) => midnightBefore(after) + days * DAY,
  longest: 24,
  limit: 'a window must not extend into the next UTC day',
  endOf: (start) => start + DAY,
});

/**
 * Windows have fixed places, counted from a midnight: counted from the last rotation, each would be a little later than the one
 * before.
 */
const everyHours = (hours: number): Starts => ({
  next: (after) => (Math.floor(after / (hours * HOUR)) + 1) * hours * HOUR,
  longest: hours,
  limit: 'a window must not extend into the next one',
  endOf: (start) => start + HOUR,
});

function cronStarts(inner: string): Starts {
  const cron = parseCron(inner);
  if (cron.shortestGapHours < MIN_HOURS) {
    throw invalidParameter(`RotationRules.ScheduleExpression must leave at least ${MIN_HOURS} hours between rotations.`);
  }
  const next = (after: number): number | undefined => cron.next(new Date(after))?.getTime();
  const [hour] = cron.hours;
  if (cron.hours.length > 1) {
    const limit = 'a window must not extend into the next one';
    return { next, longest: cron.shortestGapHours, limit, endOf: (start) => start + HOUR };
  }
  const limit = 'a window must not extend into the next UTC day';
  return { next, longest: 24 - hour!, limit, endOf: (start) => midnightBefore(start) + DAY };
}
