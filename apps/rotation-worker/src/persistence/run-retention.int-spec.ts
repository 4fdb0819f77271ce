import { createHotPool, type HotPool, Lease, migrateSchema } from '@strongroom/database';
import { createTestDatabase, type TestDatabase } from '@strongroom/testing';
import { beginRun, type RunState } from '../domain/rotation-run';
import { migrations } from './migrations';
import { DatabaseRunHistory } from './run-history';

const at = (day: number): Date => new Date(Date.UTC(2026, 0, day));

describe('the retention of runs', () => {
  let database: TestDatabase;
  let pool: HotPool;
  let history: DatabaseRunHistory;

  beforeAll(async () => {
    database = await createTestDatabase('retention');
    await migrateSchema(database, migrations);
    pool = createHotPool(database);
    history = new DatabaseRunHistory(pool);
  }, 60_000);

  afterAll(async () => {
    await pool.close();
    await database.drop();
  });

  beforeEach(() => database.admin.query('DELETE FROM rotation_run'));

  /** Returns its id. */
  const write = async (secret: string, day: number, state: RunState): Promise<string> => {
    const request = {
      secretArn: `arn:aws:secretsmanager:us-east-1:000000000000:secret:${secret}-abcdef`,
      secretName: secret,
      accountId: '000000000000',
      token: `${secret}-${day}`,
      kind: 'rotate' as const,
      state: 'open' as const,
      functionArn: 'f',
      attempt: 1,
      requestedAt: at(day),
      initiatedBy: '',
      rotationToken: '',
    };
    const begun = beginRun(request, at(day), at(day));
    const run = { ...begun, state, ...(state === 'running' ? {} : { endedAt: at(day) }) };
    const stepTry = { tryId: `try-${day}`, step: 'createSecret' as const, startedAt: at(day), errorCode: '', errorMessage: '' };
    await history.write({ run, stepTry });
    return run.runId;
  };
  const left = async (ids: readonly string[]) => {
    const found = await history.findAll(ids);
    return ids.map((id) => found.has(id));
  };

  it('removes what ended before, with its tries, and nothing else', async () => {
    const ids = [
      await write('a', 1, 'succeeded'),
      await write('a', 2, 'abandoned'),
      await write('a', 10, 'succeeded'),
      await write('b', 1, 'running'),
    ];
    expect(await history.purge(at(10), 100)).toBe(2);
    expect(await left(ids)).toEqual([false, false, true, true]);
    const [[row]] = (await database.admin.query('SELECT COUNT(*) AS tries FROM rotation_step_try')) as unknown as [
      [{ tries: number }],
    ];
    expect(Number(row.tries)).toBe(2);
  });

  it('keeps a failed run until its secret has another one', async () => {
    const ids = [await write('a', 1, 'failed'), await write('b', 1, 'failed'), await write('b', 2, 'succeeded')];
    expect(await history.purge(at(2), 100)).toBe(1);
    expect(await left(ids)).toEqual([true, false, true]);
  });

  it('removes the oldest first, so many at a time', async () => {
    const ids = [await write('a', 3, 'succeeded'), await write('a', 1, 'succeeded'), await write('a', 2, 'succeeded')];
    expect(await history.purge(at(10), 2)).toBe(2);
    expect(await left(ids)).toEqual([true, false, false]);
    expect(await history.purge(at(10), 2)).toBe(1);
  });

  it('leaves it to a worker that is at it, and lets go of the lease', async () => {
    const id = await write('a', 1, 'succeeded');
    const other = new Lease(pool, 'purge');
    expect(await other.hold()).toBe(true);
    expect(await history.purge(at(10), 100)).toBe(0);
    await other.release();
    expect(await history.purge(at(10), 100)).toBe(1);
    expect(await left([id])).toEqual([false]);
    expect(await other.hold()).toBe(true);
    await other.release();
  });
});
