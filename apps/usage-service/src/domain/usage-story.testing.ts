import { DAY, HOUR } from '@strongroom/clock';
import type { TrailEvent } from '@strongroom/trail-consumer';
import fc from 'fast-check';
import { ACCOUNT, idOf, OTHER_ACCOUNT, SECRET_TYPE, secretArn, trailEvent, userArn } from './trail-event.testing';

/** What somebody does, one after the other. */
export type Step =
  | { does: 'read'; who: string; secret: string; version: string; by: string; minutes: number }
  | { does: 'refused'; who: string; secret: string; minutes: number }
  | { does: 'create' | 'delete' | 'restore' | 'purge' | 'create in vain' | 'delete in vain'; secret: string; minutes: number };

const who = fc.constantFrom('ada', 'bob', 'eve');
const secret = fc.constantFrom('db', 'api', 'tls');
const minutes = fc.integer({ min: 0, max: 100 });

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        does: fc.constant('read' as const),
        who,
        secret,
        version: fc.constantFrom('v1', 'v2'),
        by: fc.constantFrom(ACCOUNT, OTHER_ACCOUNT),
        minutes,
      }),
    },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('refused' as const), who, secret, minutes }) },
    {
      weight: 3,
      arbitrary: fc.record({
        does: fc.constantFrom('create', 'delete', 'restore', 'purge', 'create in vain', 'delete in vain'),
        secret,
        minutes,
      }),
    },
  ),
  { minLength: 10, maxLength: 60 },
);

export const BEGINNING = Date.parse('2026-03-10T00:00:00Z');

const NAMES = {
  create: 'CreateSecret',
  'create in vain': 'CreateSecret',
  delete: 'DeleteSecret',
  'delete in vain': 'DeleteSecret',
  restore: 'RestoreSecret',
  purge: 'EndSecretVersionDelete',
} as const;

/** The trails in which the steps are, as audit-service has them. */
export function trailsOf(story: readonly Step[]): Map<string, TrailEvent[]> {
  const trails = new Map<string, TrailEvent[]>([
    [ACCOUNT, []],
    [OTHER_ACCOUNT, []],
  ]);
  let now = BEGINNING;
  let ids = 0;
  const put = (accountId: string, event: Parameters<typeof trailEvent>[0]): string => {
    const eventId = idOf(++ids);
    const trail = trails.get(accountId)!;
    const eventTime = new Date(now);
    trail.push(trailEvent({ eventTime, ...event, eventId, recipientAccountId: accountId, sequence: BigInt(trail.length + 1) }));
    return eventId;
  };
  for (const step of story) {
    now += step.minutes * 60_000;
    const resources = [{ arn: secretArn(step.secret), type: SECRET_TYPE, versionId: '' }];
    if (step.does === 'read') {
      const read = {
        resources: [{ ...resources[0]!, versionId: step.version }],
        userIdentity: { arn: userArn(step.who, step.by), accountId: step.by },
      };
      put(step.by, read);
      // Its owner's trail shows the read as well.
      if (step.by !== ACCOUNT) put(ACCOUNT, read);
    } else if (step.does === 'refused') {
      put(ACCOUNT, { resources, errorCode: 'AccessDeniedException', userIdentity: { arn: userArn(step.who) } });
    } else {
      const isByService = step.does === 'purge';
      const identity = isByService ? { type: 'AWSService', arn: '', accountId: '' } : {};
      const eventId = put(ACCOUNT, { eventName: NAMES[step.does], resources, userIdentity: identity });
      if (!step.does.endsWith('in vain')) continue;
      const responseElements = { supersedesEventId: eventId };
      put(ACCOUNT, { eventName: NAMES[step.does], resources, responseElements, errorCode: 'ServiceUnavailableException' });
    }
  }
  return trails;
}

/** Calls by account, hour, operation, principal and secret, and hours of secrets by day. */
export interface Counted {
  calls: Record<string, { calls: number; failed: number; billed: number; repeated: number }>;
  billed: Record<string, number>;
  hours: Record<string, number>;
}

/** Counts everything once, without a database, looking at each hour of each secret. */
export function countOf(story: readonly Step[]): Counted {
  const counted: Counted = { calls: {}, billed: {}, hours: {} };
  const seen = new Map<string, string>();
  /** The stretches for which each secret is charged; known are those that an event has told of. */
  const lives = new Map<string, { from: number; to?: number }[]>();
  let now = BEGINNING;
  const count = (accountId: string, event: string, principal: string, name: string, failed = 0) => {
    const isKnown = accountId === ACCOUNT ? lives.has(name) : true;
    const hour = Math.floor(now / HOUR);
    const key = [accountId, hour, `secretsmanager:${event}`, principal, isKnown ? secretArn(name) : ''].join(' ');
    const row = (counted.calls[key] ??= { calls: 0, failed: 0, billed: 0, repeated: 0 });
    row.calls++;
    row.failed += failed;
    row.billed++;
    const day = `${accountId} ${Math.floor(hour / 24)}`;
    counted.billed[day] = (counted.billed[day] ?? 0) + 1;
    return row;
  };
  const begin = (name: string) => {
    const life = lives.get(name) ?? [];
    if (life.length === 0 || life.at(-1)!.to !== undefined) life.push({ from: now });
    lives.set(name, life);
  };
  for (const step of story) {
    now += step.minutes * 60_000;
    const life = lives.get(step.secret);
    const isAlive = life !== undefined && life.length > 0 && life.at(-1)!.to === undefined;
    switch (step.does) {
      case 'read': {
        if (!life?.length) begin(step.secret);
        const principal = userArn(step.who, step.by);
        const row = count(step.by, 'GetSecretValue', principal, step.secret);
        const reader = `${principal} ${step.secret}`;
        if (seen.get(reader) === step.version) row.repeated++;
        seen.set(reader, step.version);
        break;
      }
      case 'refused':
        count(ACCOUNT, 'GetSecretValue', userArn(step.who), step.secret, 1);
        break;
      case 'create':
        if (!life?.length) begin(step.secret);
        count(ACCOUNT, 'CreateSecret', userArn('ada'), step.secret);
        break;
      case 'restore':
        begin(step.secret);
        count(ACCOUNT, 'RestoreSecret', userArn('ada'), step.secret);
        break;
      case 'create in vain':
        if (!life) lives.set(step.secret, []);
        count(ACCOUNT, 'CreateSecret', userArn('ada'), step.secret, 1);
        break;
      case 'delete':
      case 'delete in vain':
        if (isAlive && step.does === 'delete') life.at(-1)!.to = now;
        count(ACCOUNT, 'DeleteSecret', userArn('ada'), step.secret, step.does === 'delete' ? 0 : 1);
        break;
      case 'purge':
        if (isAlive) life.at(-1)!.to = now;
    }
  }
  const end = endOf(story);
  for (const life of lives.values()) {
    for (const { from, to = end } of life) {
      for (let hour = Math.ceil(from / HOUR); hour * HOUR < Math.min(to, end); hour++) {
        const day = String(Math.floor(hour / 24));
        counted.hours[day] = (counted.hours[day] ?? 0) + 1;
      }
    }
  }
  return counted;
}

/** A while after the last step: the beginning of a day. */
export const endOf = (story: readonly Step[]): number =>
  (Math.floor((BEGINNING + story.reduce((sum, step) => sum + step.minutes, 0) * 60_000) / DAY) + 2) * DAY;
