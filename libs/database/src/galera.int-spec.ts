import { endpointText } from '@strongroom/config';
import { connectAsAdministrator } from '@strongroom/local-cluster';
import { type LogFields, silentLogger } from '@strongroom/telemetry';
import {
  createTestDatabase,
  describeWithGalera,
  eventually,
  startTestGalera,
  type TestDatabase,
  type TestGalera,
} from '@strongroom/testing';
import type { RowDataPacket } from 'mysql2/promise';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import {
  createHotPool,
  type DatabaseConfig,
  type HotPool,
  inTransaction,
  Lease,
  LeaseLost,
  migrateSchema,
  openDataSource,
  openHotPool,
} from './index';

describeWithGalera('a database of three nodes', () => {
  let galera: TestGalera;
  let database: TestDatabase;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    galera = await startTestGalera();
    database = await createTestDatabase('nodes', galera.cluster.nodes[0]);
    database.admin.on('error', () => undefined);
    await migrateSchema(by(0), []);
    await database.admin.query('CREATE TABLE thing (id INT PRIMARY KEY, name VARCHAR(20) NOT NULL)');
    await database.admin.query('CREATE TABLE tally (id INT PRIMARY KEY, total INT NOT NULL)');
    await database.admin.query('INSERT INTO tally VALUES (1, 0)');
  }, 300_000);
  afterAll(() => galera?.drop());
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  /** The database by these nodes, in this order. */
  const by = (...order: number[]): DatabaseConfig => {
    const [first, ...others] = order.map((node) => {
      const { host, port } = galera.cluster.nodes[node]!;
      return { host, port };
    });
    return { ...database, ...first!, others };
  };
  const hotPool = (...order: number[]): HotPool => {
    const pool = createHotPool(by(...order));
    open.push(pool);
    return pool;
  };
  const dataSource = async (...order: number[]): Promise<DataSource> => {
    const source = await openDataSource({ database: by(...order), entities: [] });
    open.push({ close: () => source.destroy() });
    return source;
  };
  const NODE = 'SELECT @@wsrep_node_name AS name';
  const nodeOf = async (pool: HotPool): Promise<string> => (await pool.query<{ name: string }>(NODE, []))[0]!.name;
  const nodeOfSource = async (source: DataSource): Promise<string> => (await source.query<{ name: string }[]>(NODE))[0]!.name;
  /** What an earlier test has left is used again after a while. */
  const areOn = (node: string, pool: HotPool, source: DataSource) =>
    eventually(`both use ${node}`, async () => (await nodeOf(pool)) === node && (await nodeOfSource(source)) === node, 90_000);
  const administrate = async (node: number, statement: string): Promise<RowDataPacket[]> => {
    const connection = await connectAsAdministrator(galera.cluster.nodes[node]!);
    try {
      return (await connection.query<RowDataPacket[]>(statement))[0];
    } finally {
      connection.destroy();
    }
  };
  /** A node that was silent does not know for a moment that the others have gone on without it. They do. */
  const allServe = () => {
    const isIn = async (node: number) =>
      (await administrate(node, "SHOW GLOBAL STATUS LIKE 'wsrep_cluster_size'"))[0]!.Value === '3' &&
      (await galera.cluster.serves(node));
    return eventually('all nodes serve', async () => (await Promise.all([0, 1, 2].map(isIn))).every(Boolean), 90_000);
  };

  it('reads on each node what was committed on another just before', async () => {
    const [writer, reader] = [hotPool(0), hotPool(1)];
    const source = await dataSource(2);
    // A node that has much to apply is behind.
    await writer.transaction(async ({ execute }) => {
      for (let id = 1_000; id < 3_000; id++) await execute('INSERT INTO thing VALUES (?, ?)', [id, 'much']);
    });
    for (let id = 0; id < 100; id++) {
      await writer.transaction(({ execute }) => execute('INSERT INTO thing VALUES (?, ?)', [id, 'new']));
      const select = 'SELECT id FROM thing WHERE id = ?';
      expect(await reader.query(select, [id])).toEqual([{ id }]);
      expect(await inTransaction(source, (manager) => manager.query(select, [id]))).toEqual([{ id }]);
    }
  });

  it('repeats transactions that collide with those of other nodes', async () => {
    const pools = [hotPool(0), hotPool(1), hotPool(2)];
    const sources = [await dataSource(0), await dataSource(1), await dataSource(2)];
    const deadline = Date.now() + 90_000;
    const add = 'UPDATE tally SET total = total + 1 WHERE id = 1';
    const work = [0, 1, 2].flatMap((node) =>
      Array.from({ length: 20 }, () => [
        pools[node]!.transaction(({ execute }) => execute(add, []), { deadline }),
        inTransaction(sources[node]!, (manager) => manager.query(add), { deadline }),
        sources[node]!.query(add),
      ]).flat(),
    );
    await Promise.all(work);
    expect(await pools[1]!.query('SELECT total FROM tally', [])).toEqual([{ total: 180 }]);
  });

  it('gives a lease to one process, whichever nodes they use', async () => {
    const places = [hotPool(0), hotPool(1), hotPool(2)];
    for (let round = 0; round < 20; round++) {
      const leases = places.map((pool) => new Lease(pool, `rush-${round}`));
      const held = await Promise.all(leases.map((lease) => lease.hold()));
      expect(held.filter(Boolean)).toHaveLength(1);
      for (const lease of leases) await lease.release();
    }
  });

  it('lets nobody write who has lost a lease to a process on another node', async () => {
    const [mine, its] = [hotPool(0), hotPool(1)];
    for (let round = 0; round < 10; round++) {
      const name = `fence-${round}`;
      const [sleeper, successor] = [mine, its].map((pool) => new Lease(pool, name, { lastsMs: 600_000 })) as [Lease, Lease];
      await sleeper.hold();
      await its.transaction(({ execute }) => execute("UPDATE lease SET expires_at = '2000-01-01' WHERE name = ?", [name]));
      const write = mine.transaction(async (tx) => {
        await sleeper.guard(tx);
        await tx.execute('INSERT INTO thing VALUES (?, ?)', [8_000 + round, 'slept']);
        // It has all its locks, which are worth nothing on the other node.
        await successor.hold();
      });
      await expect(write).rejects.toThrow(LeaseLost);
      expect(await its.query('SELECT id FROM thing WHERE id = ?', [8_000 + round])).toEqual([]);
      await successor.release();
    }
  });

  it('runs a migration once, whichever nodes the migrators use', async () => {
    class Once1700000000000 implements MigrationInterface {
      up = (runner: QueryRunner) => runner.query('CREATE TABLE once (id INT PRIMARY KEY)');
      down = () => Promise.resolve();
    }
    const done = await Promise.all([0, 1, 2].map((node) => migrateSchema(by(node), [Once1700000000000])));
    expect(done.flat()).toEqual(['Once1700000000000']);
  });

  describe('at the start', () => {
    const begin = async (...order: number[]) => {
      const leftOut: (LogFields | undefined)[] = [];
      const logger = { ...silentLogger, warn: (_: string, fields?: LogFields) => void leftOut.push(fields) };
      const pool = await openHotPool(by(...order), { logger });
      open.push(pool);
      return { node: await nodeOf(pool), leftOut };
    };
    const addressOf = (node: number) => endpointText(galera.cluster.nodes[node]!);
    it('leaves out a node that is cut off, and names it', async () => {
      await galera.cluster.isolate(2);
      try {
        await eventually('it refuses', async () => !(await galera.cluster.serves(2)), 90_000);
        expect(await begin(2, 0, 1)).toEqual({
          node: 'node0',
          leftOut: [
            { address: addressOf(2), reason: expect.stringContaining('wsrep_ready is OFF, wsrep_cluster_status is ') as string },
          ],
        });
      } finally {
        await galera.cluster.reconnect(2);
      }
      await allServe();
    }, 300_000);

    it('leaves out a node that need not keep in step', async () => {
      await administrate(1, 'SET GLOBAL wsrep_desync = ON');
      try {
        expect(await begin(1, 2)).toEqual({
          node: 'node2',
          leftOut: [{ address: addressOf(1), reason: 'wsrep_local_state_comment is Donor/Desynced' }],
        });
      } finally {
        await administrate(1, 'SET GLOBAL wsrep_desync = OFF');
      }
      await allServe();
    });

    it('refuses nodes that are not of one cluster', async () => {
      const stranger = await createTestDatabase('stranger');
      const { user, password } = database;
      await stranger.admin.query(`CREATE USER ${user}@'%' IDENTIFIED BY '${password}'`);
      try {
        const { host, port } = stranger;
        const [{ uuid }] = (await hotPool(0).query<{ uuid: string }>(
          "SELECT variable_value AS uuid FROM information_schema.global_status WHERE variable_name = 'wsrep_cluster_state_uuid'",
          [],
        )) as [{ uuid: string }];
        const config = { ...by(0), others: [{ host, port }] };
        const rule =
          'STRONGROOM_DATABASE_HOST: several hosts must be nodes of one Galera cluster, with one wsrep_cluster_state_uuid; ' +
          `${addressOf(0)} has ${uuid}, ${host}:${port} has none`;
        await expect(openHotPool(config)).rejects.toThrow(rule);
        await expect(openDataSource({ database: config, entities: [] })).rejects.toThrow(rule);
        await expect(migrateSchema(config, [])).rejects.toThrow(rule);
      } finally {
        await stranger.admin.query(`DROP USER ${user}@'%'`);
        await stranger.drop();
      }
    });
  });

  it('leaves a node that is killed, and comes back to it', async () => {
    const pool = hotPool(2, 0, 1);
    const source = await dataSource(2, 0, 1);
    await areOn('node2', pool, source);
    await galera.cluster.kill(2);
    const deadline = Date.now() + 90_000;
    const insert = "INSERT INTO thing VALUES (5000, 'after')";
    await pool.transaction(({ execute }) => execute(insert, []), { deadline });
    expect(await source.query('SELECT name FROM thing WHERE id = 5000')).toEqual([{ name: 'after' }]);
    expect([await nodeOf(pool), await nodeOfSource(source)]).toEqual(['node0', 'node0']);
    await galera.cluster.restart(2);
    await areOn('node2', pool, source);
  }, 300_000);

  it('leaves a node that is suspended, with the calls that wait for it', async () => {
    const pool = hotPool(2, 0, 1);
    const source = await dataSource(2, 0, 1);
    await areOn('node2', pool, source);
    await galera.cluster.suspend(2);
    try {
      expect(await Promise.all([nodeOf(pool), nodeOfSource(source)])).toEqual(['node0', 'node0']);
    } finally {
      galera.cluster.cont(2);
    }
    await allServe();
  }, 300_000);

  it('leaves a node that is cut off from the others', async () => {
    const pool = hotPool(2, 0, 1);
    const source = await dataSource(2, 0, 1);
    await areOn('node2', pool, source);
    await galera.cluster.isolate(2);
    try {
      await eventually('it refuses', async () => !(await galera.cluster.serves(2)), 90_000);
      expect(await Promise.all([nodeOf(pool), nodeOfSource(source)])).toEqual(['node0', 'node0']);
      await pool.transaction(({ execute }) => execute("INSERT INTO thing VALUES (6000, 'x')", []));
    } finally {
      await galera.cluster.reconnect(2);
    }
    await allServe();
  }, 300_000);

  it('says that the database is away while no node has a majority, and serves again with it', async () => {
    const { cluster } = galera;
    const pool = hotPool(0, 1, 2);
    await pool.query(NODE, []);
    await cluster.isolate(1);
    await cluster.isolate(2);
    const insert = () =>
      pool.transaction(({ execute }) => execute("INSERT INTO thing VALUES (7000, 'x')", []), { deadline: Date.now() + 1_000 });
    try {
      await eventually('the last node refuses', async () => !(await cluster.serves(0)), 90_000);
      const away = { reason: 'ServiceUnavailableException', kind: 'unavailable' };
      await expect(pool.query('SELECT id FROM thing', [], { deadline: Date.now() + 1_000 })).rejects.toMatchObject(away);
      await expect(insert()).rejects.toMatchObject(away);
      await expect(openHotPool(by(0, 2), { waitMs: 1_000 })).rejects.toMatchObject({
        ...away,
        message: expect.stringMatching(
          /^STRONGROOM_DATABASE_HOST: a node must take statements and be in step; \S+: wsrep_ready is OFF, .*; \S+: wsrep_ready/,
        ) as string,
      });
    } finally {
      await cluster.reconnect(1);
      await cluster.reconnect(2);
    }
    const select = () => pool.query('SELECT id FROM thing WHERE id = 7000', [], { deadline: Date.now() + 90_000 });
    expect(await select()).toEqual([]);
    await allServe();
    await insert();
    expect(await select()).toEqual([{ id: 7_000 }]);
  }, 300_000);
});
