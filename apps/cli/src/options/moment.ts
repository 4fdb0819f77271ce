import { InvalidArgumentError } from 'commander';
import { parseDuration } from './duration';

const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** Reads a moment: an age such as `2h`, or a date or time in ISO 8601, which is UTC unless it says otherwise. */
export const parseMoment = (text: string, now = Date.now()): Date => {
  const age = parseDuration(text);
  const moment = age === undefined ? fromIso(text) : new Date(now - age);
  if (moment !== undefined && !Number.isNaN(moment.getTime())) return moment;
  throw new InvalidArgumentError(
    'It must be an age such as 30m, 2h or 7d, or a time such as 2026-01-31 or 2026-01-31T08:00:00Z.',
  );
};

const fromIso = (text: string): Date | undefined => {
  if (!ISO.test(text)) return undefined;
  const hasZone = /(Z|[+-]\d{2}:\d{2})$/.test(text) || !text.includes('T');
  return new Date(hasZone ? text : `${text}Z`);
};
