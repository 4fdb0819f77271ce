import { DAY } from '@strongroom/clock';
import type { KeyScope } from './hashing/signing-key';
import { validationError } from './iam-errors';

/** Those that aws-gateway speaks for. */
const SERVICES: ReadonlySet<string> = new Set(['secretsmanager', 'kms', 'cloudtrail', 'events', 'sts', 'iam', 'sns']);
/** Where clients sign for that know services which are the same everywhere. */
const REGION = /^(?:aws-global|[a-z]{2}(?:-[a-z0-9]+)+)$/;
/** From today: a presigned request is good for a week from when it was signed, and a client's clock may be ahead. */
const DAYS = [0, -1, 1, -2, -3, -4, -5, -6, -7];

/**
 * No key for other days: whoever has taken aws-gateway over cannot lay in a stock.
 *
 * @param now epoch milliseconds
 * @throws ValidationError
 */
export function checkKeyScope({ date, region, service }: KeyScope, now: number): KeyScope {
  const isNear = DAYS.some((days) => new Date(now + days * DAY).toISOString().slice(0, 10).replaceAll('-', '') === date);
  if (!isNear) throw validationError('date must be a day from seven days ago to tomorrow as yyyymmdd.');
  if (!REGION.test(region)) throw validationError('region must be a region such as us-east-1.');
  if (!SERVICES.has(service)) throw validationError(`service must be one of ${[...SERVICES].join(', ')}.`);
  return { date, region, service };
}
