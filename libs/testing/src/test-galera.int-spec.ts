import { connectAsAdministrator } from '@strongroom/local-cluster';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { describeWithGalera, eventually, startTestGalera, type TestGalera } from './index';

describeWithGalera('a test cluster of Galera', () => {
  let galera: TestGalera;
  const connections: Connection[] = [];
  const connect = async (node: number): Promise<Connection> => {
    const connection = await connectAsAdministrator(galera.cluster.nodes[node]!);
    connection.on('error', () => undefined);
    connections.push(connection);
    return connection;
  };
  const idsOn = async (node: number): Promise<number[]> => {
    const connection = await connect(node);
    await connection.query('SET SESSION wsrep_sync_wait = 1');
    const [rows] = await connection.query<RowDataPacket[]>('SELECT id FROM test_galera.thing ORDER BY id');
    return rows.map((row) => row.id as number);
  };

  beforeAll(async () => {
    galera = await startTestGalera();
    const first = await connect(0);
    await first.query('CREATE DATABASE test_galera');
    await first.query('CREATE TABLE test_galera.thing (id INT PRIMARY KEY)');
  }, 300_000);
  afterAll(async () => {
    for (const connection of connections) connection.destroy();
    await galera?.drop();
  });

  it('shows on each node what was written on another', async () => {
    for (const node of [0, 1, 2]) await (await connect(node)).query('INSERT INTO test_galera.thing VALUES (?)', [node]);
    for (const node of [0, 1, 2]) expect(await idsOn(node)).toEqual([0, 1, 2]);
  });

  it('goes on without a node, which comes back with what it missed', async () => {
    await galera.cluster.kill(2);
    const insert = async () => (await connect(0)).query('INSERT INTO test_galera.thing VALUES (3)');
    await eventually('the others serve', async () => (await insert()) && true, 90_000);
    await galera.cluster.restart(2, { empty: true });
    expect(await idsOn(2)).toEqual([0, 1, 2, 3]);
    await galera.cluster.shutDown(1);
    await (await connect(0)).query('INSERT INTO test_galera.thing VALUES (4)');
    await galera.cluster.restart(1);
    expect(await idsOn(1)).toEqual([0, 1, 2, 3, 4]);
  }, 300_000);

  it('refuses to serve without a majority, and serves again with it', async () => {
    await galera.cluster.suspend(1);
    await galera.cluster.suspend(2);
    try {
      const { nodes } = galera.cluster;
      await eventually('the last node refuses', async () => !(await galera.cluster.serves(0)), 90_000);
      const last = await connectAsAdministrator(nodes[0]!);
      await expect(last.query('SELECT * FROM test_galera.thing')).rejects.toMatchObject({ errno: 1_047 });
      last.destroy();
    } finally {
      galera.cluster.cont(1);
      galera.cluster.cont(2);
    }
    await galera.cluster.settled();
    for (const node of [0, 1, 2]) expect(await galera.cluster.serves(node)).toBe(true);
  }, 300_000);

  it('is whole only when a node that was suspended has joined the others again', async () => {
    await galera.cluster.suspend(2);
    const insert = async (id: number) => (await connect(0)).query('INSERT INTO test_galera.thing VALUES (?)', [id]);
    await eventually('the others go on', async () => (await insert(5)) && true, 90_000);
    galera.cluster.cont(2);
    await galera.cluster.settled();
    // Without the third, the first would have no majority now.
    await galera.cluster.kill(1);
    await eventually('the others go on', async () => (await insert(6)) && true, 10_000);
    await galera.cluster.restart(1);
  }, 300_000);
});
