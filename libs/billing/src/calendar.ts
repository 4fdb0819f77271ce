import { DAY, HOUR } from '@strongroom/clock';

// Hours and days are counted from the Unix epoch, and months are texts such as 2026-01. All are UTC.

export const hourOf = (millis: number): number => Math.floor(millis / HOUR);

export const dayOf = (millis: number): number => Math.floor(millis / DAY);

/** YYYY-MM-DD. */
export const dayText = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

/** YYYY-MM of a day. */
export const monthOf = (day: number): string => dayText(day).slice(0, 7);

export const firstDayOf = (month: string): number => dayOf(Date.parse(`${month}-01T00:00:00Z`));

export const lastDayOf = (month: string): number => firstDayOf(nextMonth(month)) - 1;

export const daysOfMonth = (month: string): number => lastDayOf(month) - firstDayOf(month) + 1;

export const nextMonth = (month: string): string => monthOf(firstDayOf(month) + 31);

/** The day that YYYY-MM-DD names, of the years 2000 to 9998; undefined for anything else. */
export function parseDay(text: string): number | undefined {
  if (!/^[2-9]\d{3}-\d\d-\d\d$/.test(text)) return undefined;
  const millis = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(millis) || text.startsWith('9999')) return undefined;
  // 2026-02-30 is no day, whatever Date makes of it.
  return dayText(dayOf(millis)) === text ? dayOf(millis) : undefined;
}

/** The month that YYYY-MM names; undefined for anything else. */
export function parseMonth(text: string): string | undefined {
  return parseDay(`${text}-01`) === undefined ? undefined : text;
}
