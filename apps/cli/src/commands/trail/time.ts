import { DAY, HOUR, MINUTE, SECOND } from '@strongroom/clock';
import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };
const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** Reads a moment: an age such as `2h`, or a date or time in ISO 8601, which is UTC unless it says otherwise. */
export const parseMoment = (text: string, now = Date.now()): Date => {
  const [, count, unit] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  if (count !== undefined) return new Date(now - Number(count) * UNITS[unit!]!);
  if (ISO.test(text)) {
    const hasZone = /(Z|[+-]\d{2}:\d{2})$/.test(text) || !text.includes('T');
    const moment = new Date(hasZone ? text : `${text}Z`);
    if (!Number.isNaN(moment.getTime())) return moment;
  }
  throw new InvalidArgumentError(
    'It must be an age such as 30m, 2h or 7d, or a time such as 2026-01-31 or 2026-01-31T08:00:00Z.',
  );
};
