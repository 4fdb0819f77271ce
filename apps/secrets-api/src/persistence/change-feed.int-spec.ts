import { createHotPool, type HotPool, migrateSchema } from '@strongroom/database';
import { createTestDatabase, type TestDatabase } from '@strongroom/testing';
import { createConnection } from 'mysql2/promise';
import { DatabaseChangeFeed, insertChanges } from './change-feed';
import { migrations } from './migrations';

const ACCOUNT = '000000000000';
const change = (name: string, accountId = ACCOUNT) => ({ accountId, region: 'us-east-1', name, suffix: 'abcdef' });

describe('the feed of changes', () => {
  let database: TestDatabase;
  let pool: HotPool;
  let now = 0;
  let feed: DatabaseChangeFeed;

  const commit = (...names: string[]) =>
    pool.transaction((statements) =>
      insertChanges(
        statements,
        names.map((name) => change(name)),
      ),
    );
  const told = async () => (await feed.next()).changes.map(({ name }) => name);

  beforeAll(async () => {
    database = await createTestDatabase('change_feed');
    await migrateSchema(database, migrations);
    pool = createHotPool(database, { poolSize: 4 });
  }, 60_000);
  afterAll(async () => {
    await pool?.close();
    await database?.drop();
  });
  beforeEach(async () => {
    await database.admin.query('TRUNCATE secret_change');
    feed = new DatabaseChangeFeed(pool, () => now);
  });

  it('tells each change once', async () => {
    await commit('before');
    expect(await told()).toEqual(['before']);
    await commit('a', 'b');
    await commit('c');
    expect(await told()).toEqual(['a', 'b', 'c']);
    expect(await told()).toEqual([]);
  });

  it('tells what is committed late, and knows until then that it is missing', async () => {
    await commit('first');
    await feed.next();
    const position = feed.position;
    const { host, port, user, password, name } = database;
    const slow = await createConnection({ host, port, user, password, database: name });
    try {
      await slow.query('START TRANSACTION');
      await slow.query(
        `INSERT INTO secret_change (account_id, region, name, arn_suffix, changed_at)
          VALUES ('${ACCOUNT}', 'us-east-1', 'slow', 'abcdef', NOW(3))`,
      );
      await commit('quick');
      expect(await told()).toEqual(['quick']);
      expect(feed.position).toEqual({ seen: position.seen + 2, missing: [position.seen + 1] });
      const then = feed.position;
      expect(await told()).toEqual([]);
      await slow.query('COMMIT');
      expect(await told()).toEqual(['slow']);
      expect(feed.position).toEqual({ seen: position.seen + 2, missing: [] });
      expect((await feed.since(then, ACCOUNT))!.map(({ name }) => name)).toEqual(['slow']);
    } finally {
      await slow.end();
    }
  });

  it('gives up on what was rolled back', async () => {
    await commit('first');
    await feed.next();
    await expect(
      pool.transaction(async (statements) => {
        await insertChanges(statements, [change('never')]);
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    await commit('second');
    expect(await told()).toEqual(['second']);
    expect(feed.position.missing).toHaveLength(1);
    now += 60_001;
    expect(await told()).toEqual([]);
    expect(feed.position.missing).toEqual([]);
  });

  it('says when it has not told all at once', async () => {
    await commit('before');
    await feed.next();
    for (let n = 0; n < 3; n++) await commit(...Array.from({ length: 500 }, (_, at) => `s${n}-${at}`));
    const first = await feed.next();
    const second = await feed.next();
    expect([first.isAll, first.changes.length, second.isAll, second.changes.length]).toEqual([false, 1_000, true, 500]);
  });

  it('knows what an account has changed since, as long as changes are kept', async () => {
    await commit('a');
    await feed.next();
    const position = feed.position;
    await commit('b');
    await pool.transaction((statements) => insertChanges(statements, [change('other', '111111111111')]));
    expect((await feed.since(position, ACCOUNT))!.map(({ name }) => name)).toEqual(['b']);
    await database.admin.query(
      "UPDATE secret_change SET changed_at = UTC_TIMESTAMP(3) - INTERVAL 61 MINUTE WHERE name <> 'other'",
    );
    expect(await feed.forgetOld(1)).toBe(1);
    expect((await feed.since(position, ACCOUNT))!.map(({ name }) => name)).toEqual(['b']);
    expect(await feed.forgetOld(10)).toBe(1);
    expect(await feed.since(position, ACCOUNT)).toBeUndefined();
    expect(await feed.forgetOld(10)).toBe(0);
  });

  it('knows nothing of a position that the database has not reached', async () => {
    await commit('a');
    await feed.next();
    const { seen } = feed.position;
    expect(await feed.since({ seen, missing: [] }, ACCOUNT)).toEqual([]);
    expect(await feed.since({ seen: seen + 1, missing: [] }, ACCOUNT)).toBeUndefined();
  });

  it('begins anew with the present', async () => {
    await commit('a');
    await feed.next();
    await commit('b');
    feed.restart();
    expect(await told()).toEqual(['a', 'b']);
  });
});
