import { ManualClock, SECOND } from '@strongroom/clock';
import { createHotPool, type HotPool, migrateSchema } from '@strongroom/database';
import { createTestDatabase, type TestDatabase } from '@strongroom/testing';
import { migrations } from './migrations';
import { Outbox } from './outbox';

const clock = new ManualClock('2026-11-30T00:00:00Z');
let database: TestDatabase;
let pool: HotPool;
beforeAll(async () => {
  database = await createTestDatabase('outbox');
  await migrateSchema(database, migrations);
  pool = createHotPool(database, { poolSize: 2 });
});
afterAll(async () => {
  await pool?.close();
  await database?.drop();
});

const few = { waiting: 3, deadLetters: 3 };
const delivery = (messageId: string, accountId: string) => ({
  accountId,
  destination: { kind: 'webhook', id: `of ${accountId}` } as const,
  orderingKey: 'one',
  messageId,
  payload: '{}',
});
const stored = (accountId: string) =>
  pool.query<{ message_id: string; failure_code: string }>(
    'SELECT message_id, failure_code FROM delivery WHERE account_id = ? ORDER BY delivery_id',
    [accountId],
  );

it('lets so many of an account wait; what events make beyond is a dead letter, of which the newest stay', async () => {
  const [account, other] = ['111111111111', '222222222222'];
  const outbox = new Outbox(clock, few);
  const add = (...ids: string[]) =>
    pool.transaction((tx) =>
      outbox.add(
        tx,
        ids.map((id) => delivery(id, account)),
      ),
    );
  await add('1', '2', '3', '4');
  expect((await stored(account)).map(Object.values)).toEqual([
    ['1', ''],
    ['2', ''],
    ['3', ''],
    ['4', 'TooManyWaiting'],
  ]);
  await add('5', '6');
  await add('7');
  expect((await stored(account)).map(({ message_id: id }) => id)).toEqual(['1', '2', '3', '5', '6', '7']);
  await pool.transaction((tx) => outbox.add(tx, [delivery('1', other)]));
  expect(await stored(other)).toHaveLength(1);
  // Two have arrived meanwhile.
  await pool.query("DELETE FROM delivery WHERE account_id = ? AND message_id IN ('1', '2')", [account]);
  clock.advance(SECOND);
  await add('8');
  expect((await stored(account)).at(-1)).toEqual({ message_id: '8', failure_code: '' });
});

it('refuses what a caller sends beyond that', async () => {
  const outbox = new Outbox(clock, few);
  const add = (...ids: string[]) =>
    pool.transaction((tx) =>
      outbox.addOrRefuse(
        tx,
        ids.map((id) => delivery(id, '333333333333')),
      ),
    );
  await add('1', '2');
  await expect(add('3', '4')).rejects.toMatchObject({ reason: 'ThrottlingException' });
  await add('3');
  expect(await stored('333333333333')).toHaveLength(3);
});
