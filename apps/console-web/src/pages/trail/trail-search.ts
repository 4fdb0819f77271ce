import type { EventFilter, Outcome } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { DAY, HOUR, MINUTE } from '@strongroom/clock';

/** What the address of a search says. All of it is text that anybody may have written. */
export interface TrailSearch {
  event?: string;
  /** The name of a user, or an ARN. */
  user?: string;
  /** An ARN, or the name of a secret. */
  resource?: string;
  /** An access key, AKIA… or ASIA…. */
  key?: string;
  /** Of the service, such as `kms`, or its whole name. */
  source?: string;
  request?: string;
  result?: 'ok' | 'failed';
  /** Calls that only read, or those that do not. */
  reads?: 'only' | 'none';
  /** The last minutes, hours or days; `all` for the whole trail. */
  last?: Age;
  /** ISO 8601. In place of `last`. */
  from?: string;
  to?: string;
}

export const AGES = { '15m': 15 * MINUTE, '1h': HOUR, '24h': DAY, '7d': 7 * DAY, '30d': 30 * DAY, all: Infinity } as const;
export type Age = keyof typeof AGES;

const TEXTS = ['event', 'user', 'resource', 'key', 'source', 'request', 'from', 'to'] as const;
/** Nothing that a condition can name is longer. */
const MAX_TEXT_LENGTH = 2_048;
const SUCCESS: Outcome = 1;
const FAILURE: Outcome = 2;

/** Reads the parameters of an address, and passes over what means nothing. */
export function readTrailSearch(raw: Readonly<Record<string, unknown>>): TrailSearch {
  const search: TrailSearch = {};
  for (const name of TEXTS) {
    const value = raw[name];
    const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
    if (text !== '' && text.length <= MAX_TEXT_LENGTH) search[name] = text;
  }
  if (raw.result === 'ok' || raw.result === 'failed') search.result = raw.result;
  if (raw.reads === 'only' || raw.reads === 'none') search.reads = raw.reads;
  if (typeof raw.last === 'string' && Object.hasOwn(AGES, raw.last)) search.last = raw.last as Age;
  for (const name of ['from', 'to'] as const) if (Number.isNaN(Date.parse(search[name] ?? ''))) delete search[name];
  return search;
}

/** The conditions of a search; with neither ages nor times, those of the last day. */
export function filterOfSearch(search: TrailSearch, now: number): Partial<EventFilter> {
  const { event, user, resource, key, source, request, result, reads } = search;
  return present({
    ...timesOf(search, now),
    eventName: event,
    principal: user,
    resource,
    accessKeyId: key,
    eventSource: source === undefined || source.includes('.') ? source : `${source}.amazonaws.com`,
    requestId: request,
    outcome: result && (result === 'ok' ? SUCCESS : FAILURE),
    readOnly: reads && reads === 'only',
  });
}

/** How many conditions somebody set, beside the times. */
export const conditionCount = ({ last: _last, from: _from, to: _to, ...conditions }: TrailSearch): number =>
  Object.values(conditions).filter((value) => value !== undefined).length;

/** Whether the range of times ends before it begins. */
export const isBackwards = ({ from, to }: TrailSearch): boolean =>
  from !== undefined && to !== undefined && Date.parse(from) > Date.parse(to);

export const DEFAULT_AGE: Age = '24h';

function timesOf({ last, from, to }: TrailSearch, now: number): { startTime?: Date; endTime?: Date } {
  if (last === undefined && (from !== undefined || to !== undefined)) return { startTime: dateOf(from), endTime: dateOf(to) };
  const age = AGES[last ?? DEFAULT_AGE];
  return age === Infinity ? {} : { startTime: new Date(now - age) };
}

const dateOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));

const present = <T extends object>(object: T): Partial<T> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>;
