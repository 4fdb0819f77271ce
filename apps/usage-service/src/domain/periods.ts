import { dayOf, firstDayOf, hourOf, monthOf } from '@strongroom/billing';
import { DAY, HOUR } from '@strongroom/clock';
import type { Period } from './usage-report.port';

/** How long counters are kept by the hour, the day and the month. */
export const HOURS_KEPT = 3 * 24;
export const DAYS_KEPT = 35;
export const MONTHS_KEPT = 25;

/** The number of a month, from the year 0. */
export const monthNumber = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;

/** YYYY-MM. */
export const monthOfNumber = (number: number): string =>
  `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, '0')}`;

/** The number of the period that a moment is in; milliseconds since the Unix epoch. */
export function periodOf(period: Period, millis: number): number {
  if (period === 'hour') return hourOf(millis);
  return period === 'day' ? dayOf(millis) : monthNumber(monthOf(dayOf(millis)));
}

/** When a period begins. */
export function startOf(period: Period, number: number): Date {
  if (period === 'hour') return new Date(number * HOUR);
  return new Date((period === 'day' ? number : firstDayOf(monthOfNumber(number))) * DAY);
}
