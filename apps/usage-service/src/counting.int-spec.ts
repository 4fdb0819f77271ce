import { AWS_PRICES, hourOf } from '@strongroom/billing';
import { DAY, HOUR, ManualClock } from '@strongroom/clock';
import type { HotPool } from '@strongroom/database';
import { type TrailEvent, TrailPlaces } from '@strongroom/trail-consumer';
import fc from 'fast-check';
import { statementOf } from './domain/statement';
import { monthNumber } from './domain/periods';
import { ACCOUNT, OTHER_ACCOUNT, idOf, SECRET_TYPE, secretArn, trailEvent, userArn } from './domain/trail-event.testing';
import { BEGINNING, type Counted, countOf, endOf, steps, trailsOf } from './domain/usage-story.testing';
import type { Dimension, Period } from './domain/usage-report.port';
import { RollUp } from './persistence/roll-up';
import { DatabaseUsageReports } from './persistence/usage-reports';
import { UsageSink } from './persistence/usage-sink';
import { DatabaseUsageStore } from './persistence/usage-store';
import { createUsageDatabase, Killed, killable } from './usage-database.testing';

const TABLES = ['trail_place', 'account_state', 'principal', 'resource', 'resource_life', 'standing_change', 'billed_calls'];
TABLES.push('usage_hour', 'usage_day', 'usage_month', 'reader', 'statement', 'price_list', 'budget');

let database: Awaited<ReturnType<typeof createUsageDatabase>>;
let pool: HotPool;
let store: DatabaseUsageStore;
let reports: DatabaseUsageReports;

beforeAll(async () => {
  database = await createUsageDatabase();
  ({ pool } = database);
  store = new DatabaseUsageStore(pool);
  reports = new DatabaseUsageReports(pool);
});
afterAll(() => database?.drop());

const empty = () =>
  pool.transaction(async ({ execute }) => {
    for (const table of TABLES) await execute(`DELETE FROM ${table}`, []);
  });
beforeEach(empty);

/** Takes what is new of a trail, in batches, as the consumer does. */
async function take(
  trails: ReadonlyMap<string, readonly TrailEvent[]>,
  size = 1_000,
  through = pool,
  sink = new UsageSink(),
): Promise<void> {
  const places = new TrailPlaces(through);
  for (const [accountId, trail] of trails) {
    let from = (await places.all()).get(accountId) ?? 0;
    for (; from < trail.length; from += size) {
      const events = trail.slice(from, from + size);
      const work = async (tx: Parameters<UsageSink['take']>[0], place: number) => {
        // A process that was taken for dead goes on from where it believes to be.
        const fresh = events.filter(({ sequence }) => sequence > BigInt(place));
        if (fresh.length > 0) await sink.take(tx, accountId, fresh);
        return Math.max(place, from + events.length);
      };
      await places.advance(accountId, work, Date.now() + 10_000);
    }
  }
}

const OF = { accountId: ACCOUNT, region: 'us-east-1' };
const MONTHS = { period: 'month', from: monthNumber('2026-01'), until: monthNumber('2027-01') } as const;
const ALL: ReadonlySet<Dimension> = new Set(['account', 'operation', 'principal', 'secret']);
const usage = (some: { period?: Period; groupBy?: ReadonlySet<Dimension>; from?: number; until?: number; limit?: number } = {}) =>
  reports.usage(
    {
      accountId: undefined,
      period: 'hour',
      from: 0,
      until: 2 ** 31,
      groupBy: ALL,
      filter: {},
      after: undefined,
      limit: 1_000,
      ...some,
    },
    Date.now() + 5_000,
  );

async function stored(end: number): Promise<Counted> {
  const counted: Counted = { calls: {}, billed: {}, hours: {} };
  for (const { accountId, period, operation, principal, secret, counters } of await usage()) {
    counted.calls[[accountId, period, operation, principal, secret].join(' ')] = {
      calls: Number(counters.calls),
      failed: Number(counters.failedCalls),
      billed: Number(counters.billedCalls),
      repeated: Number(counters.repeatedReads),
    };
  }
  for (const accountId of [ACCOUNT, OTHER_ACCOUNT]) {
    const { quantities } = await store.monthOfUsage(accountId, '2026-03', hourOf(end));
    for (const { day, product, quantity } of quantities) {
      if (product === 'secret-calls') counted.billed[`${accountId} ${day}`] = Number(quantity);
      else counted.hours[day] = Number(quantity);
    }
  }
  return counted;
}

it('counts everything once, whatever is killed between any two statements', async () => {
  let kills = 0;
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.integer({ min: 1, max: 7 }),
      fc.array(fc.integer({ min: 1, max: 40 })),
      async (story, size, deaths) => {
        await empty();
        const trails = trailsOf(story);
        let statements = 0;
        const planned = [...deaths];
        const mortal = killable(pool, () => {
          if (++statements !== planned[0]) return false;
          planned.shift();
          statements = 0;
          kills++;
          return true;
        });
        for (let isDone = false; !isDone;) {
          isDone = await take(trails, size, mortal).then(
            () => true,
            (error: unknown) => {
              if (!(error instanceof Killed)) throw error;
              return false;
            },
          );
        }
        expect(await stored(endOf(story))).toEqual(countOf(story));
      },
    ),
    { numRuns: 25 },
  );
  expect(kills).toBeGreaterThan(20);
});

it('rolls hours up to days and days to months, and loses nothing', async () => {
  // 60 days; every 7 hours two users read.
  const moments = Array.from({ length: 200 }, (_, index) => BEGINNING + index * 7 * HOUR);
  const reads = moments.flatMap((moment) => ['ada', 'bob'].map((name) => ({ moment, name })));
  const trail = reads.map(({ moment, name }, index) =>
    trailEvent({
      eventTime: new Date(moment),
      eventId: idOf(index + 1),
      sequence: BigInt(index + 1),
      userIdentity: { arn: userArn(name) },
    }),
  );
  await take(new Map([[ACCOUNT, trail]]));
  const byMonth = () => usage({ ...MONTHS, groupBy: new Set<Dimension>(['principal']) });
  const before = await byMonth();
  expect(before).toHaveLength(6);

  const now = moments.at(-1)! + HOUR;
  const rollUp = new RollUp(pool, new ManualClock(new Date(now)));
  while (await rollUp.run([ACCOUNT]));
  const rowsOf = async (table: string) => (await pool.query<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`, []))[0]!.n;
  expect(await rowsOf('usage_hour')).toBeLessThanOrEqual(28);
  expect(await rowsOf('usage_day')).toBe(64);
  expect(await rowsOf('usage_month')).toBe(4);
  expect(await byMonth()).toEqual(before);

  const today = Math.floor(now / DAY);
  const ofDay = await usage({ period: 'day', groupBy: ALL, from: today - 10, until: today - 9 });
  expect(ofDay.map(({ principal }) => principal).sort()).toEqual([userArn('ada'), userArn('bob')]);
  for (const { secret, counters } of ofDay) {
    expect(secret).toBe(secretArn('db'));
    expect(counters.calls).toBeGreaterThanOrEqual(3n);
  }
  const pollers = await reports.pollers(ACCOUNT, 0, undefined, 10, Date.now() + 5_000);
  expect(pollers).toHaveLength(2);
  for (const { reads: count, busyHours, repeated } of pollers) {
    // What went up to months is not looked at.
    expect(count).toBe(busyHours);
    expect(repeated).toBe(count);
  }
});

it('never changes a closed month, and counts what comes late in the next one', async () => {
  const close = (month: string, closedAt = new Date('2026-04-02T00:00:00Z')) =>
    store.close(ACCOUNT, month, (used) => statementOf(OF, used, AWS_PRICES, closedAt));
  const create = trailEvent({ eventName: 'CreateSecret', eventTime: new Date('2026-01-05T00:00:00Z'), sequence: 1n });
  const march = Array.from({ length: 10 }, (_, index) => BEGINNING + index * HOUR);
  const reads = [...march, ...march.slice(0, 3)].map((moment, index) =>
    trailEvent({ eventTime: new Date(moment), eventId: idOf(index + 2), sequence: BigInt(index + 2) }),
  );
  await take(new Map([[ACCOUNT, [create, ...reads.slice(0, 10)]]]));
  expect(await store.openMonth(ACCOUNT)).toBe('2026-01');
  expect(await close('2026-01')).toBe(true);
  expect(await close('2026-03')).toBe(false);
  expect(await close('2026-02')).toBe(true);
  expect(await close('2026-03')).toBe(true);
  const statement = await store.statement(ACCOUNT, '2026-03');
  expect(statement).toMatchObject({ closed: true, month: '2026-03', total: '0.400050', freeTrialEnd: '2026-02-04' });

  expect(await close('2026-03', new Date('2027-01-01T00:00:00Z'))).toBe(false);
  const end = { eventName: 'DeleteSecret', eventTime: new Date('2026-03-20T00:00:00Z'), sequence: 15n, eventId: idOf(99) };
  await take(new Map([[ACCOUNT, [create, ...reads, trailEvent(end)]]]));
  expect(await store.statement(ACCOUNT, '2026-03')).toEqual(statement);
  const { quantities: recomputed } = await store.monthOfUsage(ACCOUNT, '2026-03', 2 ** 31);
  expect(statementOf(OF, { month: '2026-03', quantities: recomputed }, AWS_PRICES, undefined).total).toBe('0.400050');
  const { quantities } = await store.monthOfUsage(ACCOUNT, '2026-04', 2 ** 31);
  expect(quantities).toEqual([{ day: Date.parse('2026-04-01') / DAY, product: 'secret-calls', quantity: 4n }]);
});

it('bounds the rows of an hour, and still counts every call', async () => {
  const secretsOf = (index: number) => ({ resources: [{ arn: secretArn(`s${index}`), type: SECRET_TYPE, versionId: 'v' }] });
  const trail = Array.from({ length: 60 }, (_, index) =>
    trailEvent({ eventId: idOf(index), sequence: BigInt(index + 1), ...secretsOf(index) }),
  );
  await take(new Map([[ACCOUNT, trail]]), 10, pool, new UsageSink(20));
  const rows = await usage();
  expect(rows).toHaveLength(21);
  expect(rows.reduce((sum, { counters }) => sum + Number(counters.calls), 0)).toBe(60);
  expect(rows.filter(({ secret }) => secret === '')).toMatchObject([{ principal: '', counters: { calls: 40n } }]);
});

it('lists usage and pollers page by page, each row once', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const trail = names.flatMap((name, index) =>
    Array.from({ length: index + 2 }, () => ({ resources: [{ arn: secretArn(name), type: SECRET_TYPE, versionId: 'v' }] })),
  );
  await take(
    new Map([[ACCOUNT, trail.map((some, index) => trailEvent({ ...some, sequence: BigInt(index + 1), eventId: idOf(index) }))]]),
  );
  const question = { accountId: ACCOUNT, period: 'day' as const, from: 0, until: 2 ** 20, groupBy: ALL, filter: {} };
  const secrets: string[] = [];
  for (let after: Awaited<ReturnType<typeof usage>>[number]['position'] | undefined; ;) {
    const page = await reports.usage({ ...question, after, limit: 2 }, Date.now() + 5_000);
    secrets.push(...page.map(({ secret }) => secret));
    after = page.at(-1)?.position;
    if (!after) break;
  }
  expect(secrets.sort()).toEqual(names.map((name) => secretArn(name)));
  const repeats: bigint[] = [];
  for (let after: readonly [string, string, string] | undefined; ;) {
    const page = await reports.pollers(ACCOUNT, 0, after, 2, Date.now() + 5_000);
    repeats.push(...page.map(({ repeated }) => repeated));
    after = page.at(-1)?.position;
    if (!after) break;
  }
  expect(repeats).toEqual([5n, 4n, 3n, 2n, 1n]);
});
