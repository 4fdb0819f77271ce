import { createTestDatabase, type TestDatabase, eventually } from '@strongroom/testing';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import {
  BatchedLookup,
  createHotPool,
  inTransaction,
  isDuplicateKey,
  migrateSchema,
  openDataSource,
  type HotPool,
} from './index';

class CreateThing1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE thing (id INT PRIMARY KEY, name VARCHAR(20) NOT NULL, at DATETIME(3), UNIQUE KEY uq_name (name))',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE thing');
  }
}

let database: TestDatabase;
let dataSource: DataSource;
let pool: HotPool;

beforeAll(async () => {
  database = await createTestDatabase('database_lib');
  expect(await migrateSchema(database, [CreateThing1700000000000])).toEqual(['CreateThing1700000000000']);
  dataSource = await openDataSource({ database, entities: [] });
  pool = createHotPool(database);
});

afterAll(async () => {
  await pool?.close();
  await dataSource?.destroy();
  await database?.drop();
});

beforeEach(() => dataSource.query('DELETE FROM thing'));

const insert = (id: number, name: string) => `INSERT INTO thing (id, name) VALUES (${id}, '${name}')`;
const connectionIds = async (): Promise<number[]> => {
  const [rows] = await database.admin.query('SELECT id FROM information_schema.processlist WHERE user = ?', [database.user]);
  return (rows as { id: number }[]).map((row) => row.id);
};
const killConnections = async (): Promise<void> => {
  for (const id of await connectionIds()) await database.admin.query(`KILL ${id}`).catch(() => undefined);
};

const soon = () => ({ deadline: Date.now() + 300 });
const sleeping = async (): Promise<number> => {
  const [rows] = await database.admin.query(
    "SELECT COUNT(*) AS count FROM information_schema.processlist WHERE user = ? AND info LIKE '%SLEEP%'",
    [database.user],
  );
  return Number((rows as { count: number }[])[0]!.count);
};

it('runs a migration once, whoever else migrates', async () => {
  expect(await migrateSchema(database, [CreateThing1700000000000])).toEqual([]);

  class Once1700000000002 implements MigrationInterface {
    up = (runner: QueryRunner) => runner.query('CREATE TABLE once (id INT PRIMARY KEY)');
    down = () => Promise.resolve();
  }
  const both = [CreateThing1700000000000, Once1700000000002];
  const done = await Promise.all([migrateSchema(database, both), migrateSchema(database, both)]);
  expect(done.flat()).toEqual(['Once1700000000002']);
});

it('keeps times to the millisecond, in UTC', async () => {
  const at = new Date('2026-03-29T01:30:00.123Z');
  await dataSource.query('INSERT INTO thing VALUES (1, ?, ?)', ['a', at]);
  expect(await pool.query('SELECT at FROM thing', [])).toEqual([{ at }]);
  const [rows] = await database.admin.query("SELECT DATE_FORMAT(at, '%H:%i:%s.%f') AS text FROM thing");
  expect(rows).toEqual([{ text: '01:30:00.123000' }]);
});

describe('inTransaction', () => {
  it('commits all or nothing', async () => {
    await inTransaction(dataSource, (manager) => manager.query(insert(1, 'a')));
    await expect(
      inTransaction(dataSource, async (manager) => {
        await manager.query(insert(2, 'b'));
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await pool.query('SELECT id FROM thing', [])).toEqual([{ id: 1 }]);
  });

  it('hands a duplicate key to the caller, who knows what it means', async () => {
    await dataSource.query(insert(1, 'a'));
    const error = await inTransaction(dataSource, (manager) => manager.query(insert(2, 'a'))).catch((e: unknown) => e);
    expect(isDuplicateKey(error, 'uq_name')).toBe(true);
  });

  it('repeats the victim of a deadlock', async () => {
    await dataSource.query(insert(1, 'a'));
    await dataSource.query(insert(2, 'b'));
    let runs = 0;
    let holding = 0;
    let bothHold: () => void;
    const isHeldByBoth = new Promise<void>((resolve) => (bothHold = resolve));
    const swap = (first: number, second: number) =>
      inTransaction(dataSource, async (manager) => {
        runs++;
        await manager.query(`UPDATE thing SET at = NOW() WHERE id = ${first}`);
        if (++holding === 2) bothHold();
        await isHeldByBoth;
        await manager.query(`UPDATE thing SET at = NOW() WHERE id = ${second}`);
      });
    await Promise.all([swap(1, 2), swap(2, 1)]);
    expect(runs).toBeGreaterThan(2);
  });

  it('repeats a transaction whose connection was lost before the commit', async () => {
    let runs = 0;
    await inTransaction(dataSource, async (manager) => {
      runs++;
      await manager.query(insert(runs, 'a'));
      if (runs === 1) await killConnections();
      await manager.query('SELECT 1');
    });
    expect(runs).toBe(2);
    expect(await pool.query('SELECT id FROM thing', [])).toEqual([{ id: 2 }]);
  });

  it('gives up at the deadline, and leaves no lock behind', async () => {
    await dataSource.query(insert(1, 'a'));
    const started = Date.now();
    await expect(
      inTransaction(
        dataSource,
        async (manager) => {
          await manager.query('UPDATE thing SET at = NOW() WHERE id = 1');
          await manager.query('DO SLEEP(30)');
        },
        { deadline: Date.now() + 300 },
      ),
    ).rejects.toMatchObject({ reason: 'RequestTimeoutException' });
    expect(Date.now() - started).toBeLessThan(2_000);
    // The session of the abandoned transaction ends with its statement: ended here, since SLEEP does not see the hang-up.
    await killConnections();
    await inTransaction(dataSource, (manager) => manager.query("UPDATE thing SET name = 'z' WHERE id = 1"));
  });
});

describe('a data source outside a transaction', () => {
  it('says that the database is away when it is', async () => {
    const ending = dataSource.query('DO SLEEP(30)');
    ending.catch(() => undefined);
    await eventually('the statement runs', async () => (await sleeping()) > 0);
    await killConnections();
    await expect(ending).rejects.toMatchObject({ reason: 'ServiceUnavailableException', kind: 'unavailable' });
  });

  it('hands other errors on as they are', async () => {
    await dataSource.query(insert(1, 'a'));
    const error = await dataSource.query(insert(2, 'a')).catch((e: unknown) => e);
    expect(isDuplicateKey(error, 'uq_name')).toBe(true);
  });
});

describe('the hot pool', () => {
  it('replaces a lost connection and repeats the read', async () => {
    await dataSource.query(insert(1, 'a'));
    await pool.query('SELECT 1', []);
    await killConnections();
    expect(await pool.query('SELECT id FROM thing WHERE name = ?', ['a'])).toEqual([{ id: 1 }]);
  });

  it('says that it is too late at the deadline, and goes on working', async () => {
    await expect(pool.query('SELECT SLEEP(5)', [], { deadline: Date.now() + 200 })).rejects.toMatchObject({
      reason: 'RequestTimeoutException',
    });
    expect(await pool.query('SELECT 1 AS one', [])).toEqual([{ one: 1 }]);
  });

  it('lets no more than so many wait for a connection, also of those who have given up', async () => {
    const narrow = createHotPool(database, { poolSize: 1, maxWaiting: 50 });
    try {
      let letGo = (): void => undefined;
      const held = new Promise<void>((resolve) => (letGo = resolve));
      const holding = narrow.transaction(() => held, { deadline: Date.now() + 60_000 });
      const later = () => ({ deadline: Date.now() + 500 });
      const asked = Array.from({ length: 60 }, () => narrow.query('SELECT 1', [], later()));
      const outcomes = await Promise.allSettled(asked);
      const reasons = outcomes.map((outcome) =>
        outcome.status === 'rejected' ? (outcome.reason as { kind: string }).kind : 'ok',
      );
      expect(new Set(reasons)).toEqual(new Set(['deadline-exceeded', 'unavailable']));
      await expect(narrow.query('SELECT 1', [], later())).rejects.toMatchObject({ kind: 'unavailable' });
      letGo();
      await holding;
      // Each of them finds that nobody wants it any more.
      expect(await narrow.query('SELECT 1 AS one', [], { deadline: Date.now() + 20_000 })).toEqual([{ one: 1 }]);
    } finally {
      await narrow.close();
    }
  });

  it('says that the database is away when it is', async () => {
    const away = createHotPool({ ...database, port: 1 });
    await expect(away.query('SELECT 1', [], { deadline: Date.now() + 3_000 })).rejects.toMatchObject({ kind: 'unavailable' });
    await away.close();
  });
});

describe('the limit of a statement in the database', () => {
  /** Statements of this test's own user that the server still works at. */
  const working = async (): Promise<number> => {
    const [rows] = await database.admin.query(
      "SELECT COUNT(*) AS count FROM information_schema.processlist WHERE user = ? AND info LIKE '%no_end%'",
      [database.user],
    );
    return Number((rows as { count: number }[])[0]!.count);
  };
  /** Runs for hours, and unlike SLEEP it works at it. */
  const endless =
    'SELECT COUNT(*) AS no_end FROM information_schema.columns a, information_schema.columns b, information_schema.columns c';

  it('follows the deadline of the call: the server does not go on for nobody', async () => {
    await expect(pool.query(endless, [], { deadline: Date.now() + 300 })).rejects.toMatchObject({
      reason: 'RequestTimeoutException',
    });
    await eventually('the statement has ended', async () => (await working()) === 0);
  });

  it('is there for every statement, and for those of transactions and entity managers as well', async () => {
    const limit = "SELECT IF(@@version LIKE '%MariaDB%', @@max_statement_time * 1000, 0) AS limitMs";
    expect(await pool.query(limit, [])).toEqual([{ limitMs: 10_000 }]);
    expect(await pool.query(limit, [], { deadline: Date.now() + 3_500 })).toEqual([{ limitMs: 5_000 }]);
    expect(await pool.query(limit, [], { deadline: Date.now() + 3_600_000 })).toEqual([{ limitMs: 60_000 }]);
    expect(await pool.transaction((statements) => statements.query(limit, []))).toEqual([{ limitMs: 10_000 }]);
    const service = await openDataSource({ database, entities: [] });
    try {
      expect(await service.query(limit)).toEqual([{ limitMs: 10_000 }]);
    } finally {
      await service.destroy();
    }
  });

  it('is none for migrations', async () => {
    const limits: unknown[] = [];
    class Slow1700000000001 implements MigrationInterface {
      async up(runner: QueryRunner): Promise<void> {
        limits.push(await runner.query('SELECT @@max_statement_time AS seconds'));
      }

      down = () => Promise.resolve();
    }
    expect(await migrateSchema(database, [CreateThing1700000000000, Slow1700000000001])).toEqual(['Slow1700000000001']);
    expect(limits).toMatchObject([[{ seconds: 0 }]]);
  });

  it('is a deadline to who waits', async () => {
    const slow = 'SET STATEMENT max_statement_time = 0.1 FOR SELECT SLEEP(5)';
    const late = { reason: 'RequestTimeoutException', kind: 'deadline-exceeded' };
    await expect(pool.query(slow, [])).rejects.toMatchObject(late);
    await expect(dataSource.query(slow)).rejects.toMatchObject(late);
    await expect(dataSource.manager.query(slow)).rejects.toMatchObject(late);
    await expect(inTransaction(dataSource, (manager) => manager.query(slow), soon())).rejects.toMatchObject(late);
  });
});

describe('BatchedLookup', () => {
  it('shares one statement among those who ask in one turn, whatever their number', async () => {
    for (const [id, name] of [
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ] as const)
      await dataSource.query(insert(id, name));
    const sizes: number[] = [];
    const lookup = new BatchedLookup<string, { id: number; name: string }>({
      pool,
      statement: (size) => {
        sizes.push(size);
        return `SELECT id, name FROM thing WHERE name IN (${Array(size).fill('?').join(', ')})`;
      },
      parameters: (keys) => [...keys],
      assign: (keys, rows) => keys.map((key) => rows.filter((row) => row.name === key)),
    });
    const found = await Promise.all(['a', 'nobody', 'c', 'a', 'b'].map((name) => lookup.find(name)));
    expect(found.map((rows) => rows.map((row) => row.id))).toEqual([[1], [], [3], [1], [2]]);
    expect(await lookup.find('b')).toEqual([{ id: 2, name: 'b' }]);
    expect(sizes).toEqual([8, 1]);
  });
});
