import { MINUTE, systemClock } from '@strongroom/clock';
import { createHotPool, type HotPool, migrateSchema } from '@strongroom/database';
import { createTestDatabase, describeWithGalera, startTestGalera, type TestDatabase, type TestGalera } from '@strongroom/testing';
import { takeTurn } from './account-turn';
import { DatabaseDeliveryStore } from './delivery.store';
import { migrations } from './migrations';
import { Outbox } from './outbox';

const ACCOUNT = '111111111111';
const DEADLINE_MS = 20_000;

/** A pool each of whose transactions has done its work before it is told to go on. */
class Paused {
  private tellReached!: () => void;
  goOn!: () => void;
  readonly isReached = new Promise<void>((resolve) => (this.tellReached = resolve));
  private readonly mayGoOn = new Promise<void>((resolve) => (this.goOn = resolve));
  readonly pool: HotPool;

  constructor(pool: HotPool) {
    this.pool = {
      ...pool,
      transaction: (work) =>
        pool.transaction(
          async (tx) => {
            const result = await work(tx);
            this.tellReached();
            await this.mayGoOn;
            return result;
          },
          { deadline: Date.now() + DEADLINE_MS },
        ),
    };
  }
}

describeWithGalera('notifications on two nodes that write', () => {
  let galera: TestGalera;
  let database: TestDatabase;
  let pools: [HotPool, HotPool];

  beforeAll(async () => {
    galera = await startTestGalera();
    database = await createTestDatabase('writers', galera.cluster.nodes[0]);
    await migrateSchema(database, migrations);
    pools = [0, 1].map((node) => createHotPool({ ...database, port: galera.cluster.nodes[node]!.port })) as [HotPool, HotPool];
  }, 120_000);
  afterAll(async () => {
    for (const pool of pools ?? []) await pool.close();
    await galera?.drop();
  });

  /** Both do their work, and then commit in this order. */
  const interleave = async (first: (pool: HotPool) => Promise<unknown>, second: (pool: HotPool) => Promise<unknown>) => {
    const [one, other] = [new Paused(pools[0]), new Paused(pools[1])];
    const [isFirst, isSecond] = [first(one.pool), second(other.pool)];
    await Promise.all([one.isReached, other.isReached]);
    one.goOn();
    await isFirst;
    other.goOn();
    await isSecond;
  };

  it.each(['the delivery', 'the emptied lane'] as const)('leaves no delivery without a lane: %s first', async (first) => {
    const destination = { kind: 'webhook', id: first } as const;
    const outbox = new Outbox(systemClock);
    const add = (messageId: string) => (pool: HotPool) =>
      pool.transaction((tx) =>
        outbox.add(tx, [{ accountId: ACCOUNT, destination, orderingKey: 'one', messageId, payload: '{}' }]),
      );
    for (let round = 0; round < 5; round++) {
      await add(`old ${round}`)(pools[0]);
      const store = new DatabaseDeliveryStore(pools[1]);
      const now = new Date();
      const until = new Date(now.getTime() + MINUTE);
      const [held] = await store.hold(destination, `courier ${round}`, now, until, 1);
      for (let next = await store.next(held!, until); next; next = await store.next(held!, until)) await store.delivered(next);

      const addNew = add(`new ${round}`);
      const release = (pool: HotPool) => new DatabaseDeliveryStore(pool).release(held!, new Date());
      await (first === 'the delivery' ? interleave(addNew, release) : interleave(release, addNew));
      const rows = await pools[0].query<{ message: string; lane: Buffer | null }>(
        `SELECT d.message_id AS message, l.lane FROM delivery d LEFT JOIN delivery_lane l ON l.lane = d.lane
         WHERE d.destination_id = ?`,
        [first],
      );
      expect(rows).toEqual([{ message: `new ${round}`, lane: expect.any(Buffer) as Buffer }]);
    }
  });

  it('lets those who count in an account take turns', async () => {
    const counts: number[] = [];
    const add = (id: string) => (pool: HotPool) =>
      pool.transaction(async (tx) => {
        await takeTurn(tx, ACCOUNT);
        const [row] = await tx.query<{ count: number }>('SELECT COUNT(*) AS count FROM topic WHERE account_id = ?', [ACCOUNT]);
        counts.push(Number(row!.count));
        await tx.execute(
          "INSERT INTO topic (account_id, name, display_name, policy, delivery_policy, tags, created_at) VALUES (?, ?, '', '', '', '[]', ?)",
          [ACCOUNT, id, new Date()],
        );
      });
    await add('first')(pools[0]);
    await interleave(add('one'), add('other'));
    expect(counts).toEqual([0, 1, 1, 2]);
  });
});
