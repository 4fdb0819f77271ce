import { DAY, MINUTE, ManualClock } from '@strongroom/clock';
import { type HotPool, migrateSchema, openHotPool } from '@strongroom/database';
import { createTestDatabase } from '@strongroom/testing';
import type { TrailEvent } from '@strongroom/trail-consumer';
import { TagRefresh, type Tags } from './domain/tag-refresh';
import { ACCOUNT, idOf, OTHER_ACCOUNT, SECRET_TYPE, secretArn, trailEvent } from './domain/trail-event.testing';
import type { Dimension, UsagePosition } from './domain/usage-report.port';
import { migrations } from './persistence/migrations';
import { DatabaseTagStore } from './persistence/tag.store';
import { DatabaseUsageReports } from './persistence/usage-reports';
import { UsageSink } from './persistence/usage-sink';
import { createUsageDatabase } from './usage-database.testing';

const START = Date.parse('2026-03-10T12:00:00Z');

let database: Awaited<ReturnType<typeof createUsageDatabase>>;
let pool: HotPool;
beforeAll(async () => {
  database = await createUsageDatabase();
  ({ pool } = database);
});
afterAll(() => database?.drop());

/** Secrets that secrets-api has, with its clock and what usage-service made of the trail. */
async function setUp() {
  const tables = ['account_state', 'principal', 'resource', 'resource_life', 'resource_tag', 'standing_change'];
  tables.push('billed_calls', 'usage_hour', 'reader');
  await pool.transaction(async ({ execute }) => {
    for (const table of tables) await execute(`DELETE FROM ${table}`, []);
  });
  const clock = new ManualClock(new Date(START));
  const tags = new Map<string, Tags>();
  const asked: string[][] = [];
  let failure: Error | undefined;
  const source = {
    tagsOf: async (arns: readonly string[]) => {
      asked.push([...arns]);
      if (failure) throw failure;
      return new Map(arns.flatMap((arn) => (tags.has(arn) ? [[arn, tags.get(arn)!] as const] : [])));
    },
  };
  const refresh = new TagRefresh(new DatabaseTagStore(pool), source, clock);
  let sequence = 0;
  const happens = (name: string, eventName: string, some: Partial<TrailEvent> = {}, accountId = ACCOUNT) => {
    const event = trailEvent({
      ...{ eventName, eventTime: clock.now(), eventId: idOf(++sequence), sequence: BigInt(sequence) },
      resources: [{ arn: secretArn(name), type: SECRET_TYPE, versionId: eventName === 'GetSecretValue' ? 'v1' : '' }],
      ...{ recipientAccountId: accountId, userIdentity: { accountId } },
      ...some,
    });
    return pool.transaction((tx) => new UsageSink().take(tx, accountId, [event]));
  };
  return {
    clock,
    asked,
    happens,
    source,
    tag: (name: string, given: Record<string, string>) => void tags.set(secretArn(name), new Map(Object.entries(given))),
    purge: (name: string) => void tags.delete(secretArn(name)),
    fail: (error: Error | undefined) => (failure = error),
    settle: async () => {
      clock.advance(MINUTE + 1);
      return refresh.run();
    },
    refresh,
  };
}

const reports = () => new DatabaseUsageReports(pool);
const question = (tagKey: string, accountId = ACCOUNT, groupBy: readonly Dimension[] = ['tag']) => ({
  ...{ accountId, period: 'day' as const, from: 0, until: 2 ** 20, groupBy: new Set(groupBy), tagKey, filter: {} },
  ...{ after: undefined as UsagePosition | undefined, limit: 100 },
});
/** Calls by the values of a tag. */
const by = async (tagKey: string, accountId = ACCOUNT) => {
  const groups = await reports().usage(question(tagKey, accountId), Date.now() + 5_000);
  return Object.fromEntries(groups.map(({ tag, counters }) => [tag, Number(counters.calls)]));
};

it('groups calls by the value that the tag of their secret has now', async () => {
  const { happens, tag, settle, clock } = await setUp();
  tag('a', { team: 'blue', cost: '1' });
  tag('b', { team: 'red' });
  tag('c', { Team: 'blue' });
  for (const name of ['a', 'b', 'c']) await happens(name, 'CreateSecret');
  for (const name of ['a', 'a', 'b', 'c']) await happens(name, 'GetSecretValue');
  await happens('', 'ListSecrets', { resources: [] });
  expect(await by('team')).toEqual({ '': 8 });
  expect(await settle()).toBe(false);
  expect(await by('team')).toEqual({ '': 3, blue: 3, red: 2 });
  expect(await by('cost')).toEqual({ '': 5, 1: 3 });

  tag('a', { team: 'red' });
  await happens('a', 'TagResource');
  clock.advance(MINUTE - 1);
  await settle();
  expect(await by('team')).toEqual({ '': 3, red: 6 });
  expect(await by('cost')).toEqual({ '': 9 });

  tag('a', {});
  await happens('a', 'UntagResource');
  await settle();
  expect(await by('team')).toEqual({ '': 8, red: 2 });
});

it('asks for the tags of a secret once for each change, when the change is certain', async () => {
  const { happens, tag, settle, asked, refresh } = await setUp();
  tag('a', { team: 'blue' });
  await happens('a', 'CreateSecret');
  expect(await refresh.run()).toBe(false);
  expect(asked).toEqual([]);
  await settle();
  await settle();
  await happens('a', 'GetSecretValue');
  await happens('a', 'TagResource', { errorCode: 'AccessDeniedException' });
  await settle();
  expect(asked).toEqual([[secretArn('a')]]);
});

it('asks again where a change came while it asked', async () => {
  const { happens, tag, settle, source, asked } = await setUp();
  tag('a', { team: 'blue' });
  await happens('a', 'CreateSecret');
  const { tagsOf } = source;
  source.tagsOf = async (arns) => {
    const found = await tagsOf(arns);
    source.tagsOf = tagsOf;
    tag('a', { team: 'red' });
    await happens('a', 'TagResource');
    return found;
  };
  await settle();
  expect(await by('team')).toEqual({ blue: 2 });
  await settle();
  expect(await by('team')).toEqual({ red: 2 });
  expect(asked).toHaveLength(2);
});

it('asks again where secrets-api was away', async () => {
  const { happens, tag, settle, fail } = await setUp();
  tag('a', { team: 'blue' });
  await happens('a', 'CreateSecret');
  fail(new Error('secrets-api is away'));
  await expect(settle()).rejects.toThrow('away');
  fail(undefined);
  await settle();
  expect(await by('team')).toEqual({ blue: 1 });
});

it('keeps the tags of a secret that is gone', async () => {
  const { happens, tag, settle, purge } = await setUp();
  tag('a', { team: 'blue' });
  await happens('a', 'CreateSecret');
  await settle();
  await happens('a', 'TagResource');
  purge('a');
  await settle();
  expect(await by('team')).toEqual({ blue: 2 });
});

it('reads the tags of secrets that were known before usage was grouped by tags', async () => {
  const old = await createTestDatabase('usage-before-tags');
  try {
    await migrateSchema(old, migrations.slice(0, 1));
    const since = new Date('2026-01-01T00:00:00Z');
    const rows = [
      [1, 'secret', 'own', since],
      [2, 'secret', 'of-another-account', null],
      [3, 'key', 'key', since],
    ] as const;
    const before = await openHotPool({ ...old, ...(await old.createUser(['SELECT', 'INSERT'])) });
    for (const [key, kind, arn, createdAt] of rows) {
      await before.transaction(({ execute }) =>
        execute('INSERT INTO resource (resource_key, account_id, kind, arn, created_at, is_charged) VALUES (?, ?, ?, ?, ?, 1)', [
          ...[Buffer.alloc(16, key), ACCOUNT, kind, arn, createdAt],
        ]),
      );
    }
    await migrateSchema(old, migrations);
    const due = await new DatabaseTagStore(before).due(new Date(START), 10);
    expect(due.map(({ arn }) => arn)).toEqual(['own']);
    await before.close();
  } finally {
    await old.drop();
  }
});

it('shows an account nothing of the tags of other accounts', async () => {
  const { happens, tag, settle } = await setUp();
  tag('a', { team: 'blue' });
  await happens('a', 'CreateSecret');
  await happens('a', 'GetSecretValue', {}, OTHER_ACCOUNT);
  await settle();
  expect(await by('team')).toEqual({ blue: 1 });
  expect(await by('team', OTHER_ACCOUNT)).toEqual({ '': 1 });
});

it('tells apart what a collation would not, and lists page by page', async () => {
  const { happens, tag, settle } = await setUp();
  const values = ['a', 'a ', 'A', 'ä', 'ß', '', '\u{1F512}', "' OR 1=1 --"];
  for (const [index, value] of values.entries()) {
    tag(`s${index}`, { 'my team': value });
    await happens(`s${index}`, 'CreateSecret');
  }
  await settle();
  const seen: string[] = [];
  let after: UsagePosition | undefined;
  for (;;) {
    const page = await reports().usage({ ...question('my team'), after, limit: 3 }, Date.now() + 5_000);
    seen.push(...page.map((group) => group.tag));
    after = page.at(-1)?.position;
    if (!after) break;
  }
  expect(seen.sort()).toEqual([...values].sort());
});

it('reads the tags of many secrets, some at a time', async () => {
  const { happens, tag, settle, asked, clock, refresh } = await setUp();
  const trail = Array.from({ length: 600 }, (_, index) => `s${index}`);
  for (const name of trail) tag(name, { team: 'blue' });
  for (const name of trail) await happens(name, 'CreateSecret');
  clock.advance(DAY);
  expect(await refresh.run()).toBe(true);
  expect(await refresh.run()).toBe(false);
  expect(asked.map(({ length }) => length)).toEqual([500, 100]);
  expect(await by('team')).toEqual({ blue: 600 });
  expect(await settle()).toBe(false);
});
