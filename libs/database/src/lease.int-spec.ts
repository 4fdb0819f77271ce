import { createTestDatabase, eventually, type TestDatabase } from '@strongroom/testing';
import { createHotPool, type HotPool, Lease, LeaseLost, migrateSchema } from './index';

let database: TestDatabase;
const pools: HotPool[] = [];
const pool = (): HotPool => {
  const made = createHotPool(database, { poolSize: 2 });
  pools.push(made);
  return made;
};

beforeAll(async () => {
  database = await createTestDatabase('lease');
  await migrateSchema(database, []);
  await database.admin.query('CREATE TABLE done (id INT PRIMARY KEY)');
});
afterAll(async () => {
  await Promise.all(pools.map((one) => one.close().catch(() => undefined)));
  await database.drop();
});

// So long that no test lives to see a renewal: whoever does not renew is asleep.
const SLEEPY = { lastsMs: 600_000 };
const expire = (name: string) => database.admin.query("UPDATE lease SET expires_at = '2000-01-01' WHERE name = ?", [name]);
const done = async (): Promise<number[]> => {
  const [rows] = await database.admin.query('SELECT id FROM done ORDER BY id');
  return (rows as { id: number }[]).map(({ id }) => id);
};
/** A write of the task. */
const write = (of: HotPool, lease: Lease, id: number, meanwhile: () => Promise<unknown> = async () => undefined) =>
  of.transaction(async (tx) => {
    await lease.guard(tx);
    await tx.execute('INSERT INTO done (id) VALUES (?)', [id]);
    await meanwhile();
  });

it('is held by one at a time, and handed over at once', async () => {
  const [one, other] = [new Lease(pool(), 'hand-over'), new Lease(pool(), 'hand-over')];
  expect([await one.hold(), await other.hold(), await one.hold()]).toEqual([true, false, true]);
  await one.release();
  expect([await other.hold(), await one.hold()]).toEqual([true, false]);
  await other.release();
});

it('is taken by one of many that come at once', async () => {
  const leases = Array.from({ length: 8 }, () => new Lease(pool(), 'rush', SLEEPY));
  for (const round of ['new', 'expired']) {
    const held = await Promise.all(leases.map((lease) => lease.hold()));
    expect([round, held.filter(Boolean).length]).toEqual([round, 1]);
    for (const lease of leases) await lease.release();
  }
});

it('passes on when its holder is gone, and stays while its holder is there', async () => {
  const mine = pool();
  const [one, other] = [new Lease(mine, 'gone', { lastsMs: 600 }), new Lease(pool(), 'gone', { lastsMs: 600 })];
  expect(await one.hold()).toBe(true);
  const beats = async () => {
    const [rows] = await database.admin.query("SELECT beats FROM lease WHERE name = 'gone'");
    return Number((rows as { beats: number }[])[0]!.beats);
  };
  await eventually('the holder renews it by itself', async () => (await beats()) > 4);
  expect(await other.hold()).toBe(false);
  await mine.close();
  await eventually('the other one has it', () => other.hold());
  await other.release();
});

it('lets a holder that was asleep write nothing', async () => {
  const [mine, its] = [pool(), pool()];
  const [sleeper, successor] = [new Lease(mine, 'sleep', SLEEPY), new Lease(its, 'sleep', SLEEPY)];
  await expect(write(mine, sleeper, 1)).rejects.toThrow(LeaseLost);
  expect(await sleeper.hold()).toBe(true);
  await write(mine, sleeper, 2);
  await expire('sleep');
  // Nobody has taken it: it may go on.
  await write(mine, sleeper, 3);
  expect(await successor.hold()).toBe(true);
  await write(its, successor, 4);
  await expect(write(mine, sleeper, 5)).rejects.toThrow(LeaseLost);
  expect(await sleeper.hold()).toBe(false);
  expect(await done()).toEqual([2, 3, 4]);
});

it('cannot be taken while its holder writes', async () => {
  const [mine, its] = [pool(), pool()];
  const [holder, successor] = [new Lease(mine, 'busy', SLEEPY), new Lease(its, 'busy', SLEEPY)];
  await holder.hold();
  await expire('busy');
  const order: string[] = [];
  let taking: Promise<unknown> | undefined;
  await write(mine, holder, 10, async () => {
    taking = successor.hold().then(() => order.push('taken'));
    const waits = "SELECT 1 FROM information_schema.processlist WHERE user = ? AND info LIKE 'UPDATE lease SET holder%'";
    await eventually('it waits', async () => ((await database.admin.query(waits, [database.user]))[0] as unknown[]).length > 0);
    order.push('written');
  });
  await taking;
  expect(order).toEqual(['written', 'taken']);
});
