import { DAY, HOUR, MINUTE, SECOND } from '@strongroom/clock';
import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };

/** The milliseconds of `500ms`, `10s`, `1.5h`, `7d` or `2w`; undefined for anything else. */
export const parseDuration = (text: string): number | undefined => {
  const [, number, unit] = /^(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h|d|w)$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * UNITS[unit!]!;
};

/** Reads a duration, or a number of seconds. Milliseconds. */
export const durationOption =
  ({ min, max }: { min: number; max: number }) =>
  (text: string): number => {
    const duration = parseDuration(/^[\d.]+$/.test(text) ? `${text}s` : text);
    if (duration === undefined || duration < min || duration > max) {
      throw new InvalidArgumentError(`It must be a duration such as 10s, 5m or 24h, from ${inWords(min)} to ${inWords(max)}.`);
    }
    return duration;
  };

/** Roughly, for people: `3 h 12 min`. */
export const inWords = (milliseconds: number): string => {
  if (milliseconds < SECOND) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < MINUTE) return `${Math.round(milliseconds / SECOND)} s`;
  if (milliseconds < HOUR) return `${Math.round(milliseconds / MINUTE)} min`;
  const hours = Math.floor(milliseconds / HOUR);
  const minutes = Math.floor((milliseconds % HOUR) / MINUTE);
  return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
};
