import { HOUR } from '@strongroom/clock';

/**
 * A resource is charged for an hour if it exists at the hour's beginning. So the hours of a day, a month and a life add up, and
 * deleting and restoring within an hour changes nothing.
 *
 * @returns the first hour that begins at this moment or later, counted from the Unix epoch
 */
export const hourMark = (at: Date): number => Math.ceil(at.getTime() / HOUR);

/** The hours of a stretch from its beginning to its end. */
export const chargedHours = (from: Date, to: Date): number => Math.max(0, hourMark(to) - hourMark(from));

/** In this hour, the number of resources that an account has changes by so many. */
export interface StandingChange {
  hour: number;
  delta: number;
}

/**
 * How many hours of resources each day has, from the changes of their number.
 *
 * @param changes in the order of the hours; they begin with the account
 * @param first the first day, counted from the Unix epoch
 * @param until the hour before which the last one ends
 * @returns by day; days without any are absent
 */
export function hoursByDay(changes: readonly StandingChange[], first: number, until: number): Map<number, bigint> {
  const hours = new Map<number, bigint>();
  let standing = 0;
  let at = first * 24;
  const passUntil = (end: number) => {
    while (at < end) {
      const day = Math.floor(at / 24);
      const next = Math.min(end, (day + 1) * 24);
      if (standing !== 0) hours.set(day, (hours.get(day) ?? 0n) + BigInt(standing) * BigInt(next - at));
      at = next;
    }
  };
  for (const { hour, delta } of changes) {
    passUntil(Math.min(hour, until));
    standing += delta;
  }
  passUntil(until);
  return hours;
}
