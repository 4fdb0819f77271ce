import { DAY, HOUR } from '@strongroom/clock';
import { type Period, startOf } from './usage-series';

export type Range = 'day' | 'week' | 'month' | 'year';

/** The times that a range covers, as of now: whole periods, the present one included. */
export function timesOf(range: Range, now: Date): { period: Period; from: Date; to: Date } {
  switch (range) {
    case 'day':
      return { period: 'hour', from: startOf('hour', new Date(now.getTime() - 23 * HOUR)), to: now };
    case 'week':
      return { period: 'day', from: startOf('day', new Date(now.getTime() - 6 * DAY)), to: now };
    case 'month':
      return { period: 'day', from: startOf('day', new Date(now.getTime() - 29 * DAY)), to: now };
    case 'year':
      return { period: 'month', from: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 11, 1)), to: now };
  }
}

const hour = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' });
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const month = new Intl.DateTimeFormat('en', { month: 'short', year: 'numeric', timeZone: 'UTC' });

/** What stands below a bar: `14:00`, `Nov 30` or `Nov 2026`. UTC. */
export const labelOf = (period: Period, start: Date): string => ({ hour, day, month })[period].format(start);

/** The last months as YYYY-MM, newest first. UTC. */
export const lastMonths = (count: number, now: Date): string[] =>
  Array.from({ length: count }, (_, back) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)).toISOString().slice(0, 7),
  );

const longMonth = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** `November 2026` of `2026-11`. */
export const monthWords = (text: string): string => longMonth.format(new Date(`${text}-01T00:00:00Z`));
