const LANGUAGE = 'en';
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** From which distance on a unit is used, the widest first; months and years are those of a calendar's average. */
const units: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365.25 * DAY],
  ['month', 30.44 * DAY],
  ['week', 7 * DAY],
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
];

const words = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: 'auto' });
const counted = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: 'always' });

/** Such as "3 minutes ago", "in 2 hours", "just now". */
export function relativeTime(at: Date, now: Date): string {
  const distance = at.getTime() - now.getTime();
  for (const [unit, length] of units) {
    if (Math.abs(distance) >= length) return counted.format(Math.trunc(distance / length), unit);
  }
  return distance > 10 * SECOND ? 'in seconds' : distance < -10 * SECOND ? 'seconds ago' : 'just now';
}

/** Such as "today", "yesterday", "12 days ago", by whole days of UTC. */
export function relativeDay(at: Date, now: Date): string {
  const days = Math.floor(at.getTime() / DAY) - Math.floor(now.getTime() / DAY);
  if (Math.abs(days) < 60) return words.format(days, 'day');
  return relativeTime(at, now);
}

const day = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'full', timeZone: 'UTC' });
const local = new Intl.DateTimeFormat(LANGUAGE, {
  weekday: 'short',
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
});

/** The whole moment, where the person is; a day is one of UTC. */
export function fullTime(at: Date, precision: 'day' | 'second' = 'second'): string {
  return precision === 'day' ? `${day.format(at)} (UTC)` : local.format(at);
}

const lengths: readonly [string, number][] = [
  ['d', DAY],
  ['h', HOUR],
  ['min', MINUTE],
  ['s', SECOND],
];

/** A length of time by its two largest units, such as "1 h 5 min"; `milliseconds` below a second as they are. */
export function duration(milliseconds: number): string {
  if (milliseconds < SECOND) return `${Math.round(milliseconds)} ms`;
  const parts: string[] = [];
  let rest = milliseconds;
  for (const [unit, length] of lengths) {
    const count = Math.floor(rest / length);
    if (count === 0 && parts.length === 0) continue;
    if (count > 0) parts.push(`${count} ${unit}`);
    rest -= count * length;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}
