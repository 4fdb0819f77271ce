import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pollUntil } from '@strongroom/clock';
import type { RowDataPacket } from 'mysql2/promise';
import {
  connectAsAdministrator,
  connectToRedis,
  findFreePorts,
  galeraProvider,
  LocalCluster,
  programNames,
  redisUserNames,
  stopCluster,
} from '../index';
import { makeFakeDistribution } from './fake-distribution.testing';
import { PORTS_PER_REPLICATED_CLUSTER } from './cluster-layout';

const directory = mkdtempSync(join(tmpdir(), 'strongroom-replicated-'));
const distribution = makeFakeDistribution(directory);
const home = join(directory, 'home');
const start = async () =>
  LocalCluster.start({ home, distribution, highAvailability: true, basePort: await findFreePorts(PORTS_PER_REPLICATED_CLUSTER) });

afterAll(async () => {
  await stopCluster(home);
  rmSync(directory, { recursive: true, force: true });
});

jest.setTimeout(300_000);

const visits = async (cluster: LocalCluster): Promise<number> => {
  const admin = await connectAsAdministrator(cluster.database);
  try {
    const [rows] = await admin.query<RowDataPacket[]>('SELECT COUNT(*) AS visits FROM strongroom_secrets.visit');
    return Number(rows[0]!.visits);
  } finally {
    admin.destroy();
  }
};

const journalled = async (cluster: LocalCluster): Promise<number> => {
  const client = await connectToRedis(cluster.redis);
  try {
    return await client.xlen('strongroom:audit:journal');
  } finally {
    client.disconnect();
  }
};

const running = (cluster: LocalCluster) => cluster.components.filter((component) => cluster.pid(component) !== undefined);

const describeWithGalera = galeraProvider() === undefined ? describe.skip : describe;

describeWithGalera('a cluster that is highly available', () => {
  /** Of one start: every service but the two without data makes one. */
  const ofAStart = 2 * redisUserNames.filter((name) => name !== 'console').length;

  it('starts all of it, and again after everything was killed at once, with the data and roles that it had', async () => {
    const cluster = await start();
    expect(running(cluster)).toEqual(cluster.components);
    expect(cluster.components).toHaveLength(2 * programNames.length + 9);
    expect(cluster.endpoint('secrets-api')).toMatch(/^127\.0\.0\.1:\d+,127\.0\.0\.1:\d+$/);
    expect(cluster.endpoint('console')).toMatch(/^localhost:\d+$/);
    expect(await visits(cluster)).toBe(2);
    expect(await journalled(cluster)).toBe(ofAStart);

    const first = cluster.redisPrimary!;
    await cluster.kill(first);
    expect(await pollUntil(() => cluster.redisPrimary !== first, 30_000, 100)).toBe(true);
    const next = cluster.redisPrimary;
    await cluster.startComponent(first);
    expect(await journalled(cluster)).toBe(ofAStart);

    // What another kind of start refuses, it leaves running.
    await expect(LocalCluster.start({ home, distribution })).rejects.toThrow(
      /was made with --high-availability and does not start without it/,
    );
    expect(running(cluster)).toEqual(cluster.components);
    expect((await LocalCluster.attach(home))?.isHighlyAvailable).toBe(true);

    await Promise.all(cluster.components.map((component) => cluster.kill(component)));
    cluster.release();
    const again = await start();
    expect(again.redisPrimary).toBe(next);
    expect(await visits(again)).toBe(4);
    expect(await journalled(again)).toBe(2 * ofAStart);
    await again.stop();
    expect(running(again)).toEqual([]);
  });

  it('starts again what was stopped, and brings back nodes whose majority is gone', async () => {
    const cluster = await start();
    expect(await visits(cluster)).toBe(6);
    await Promise.all([cluster.kill('mariadb-2'), cluster.kill('mariadb-3')]);
    await Promise.all([cluster.startComponent('mariadb-2'), cluster.startComponent('mariadb-3')]);
    expect(await visits(cluster)).toBe(6);
    await Promise.all((['mariadb-1', 'mariadb-2', 'mariadb-3'] as const).map((node) => cluster.kill(node)));
    await Promise.all((['mariadb-3', 'mariadb-1', 'mariadb-2'] as const).map((node) => cluster.startComponent(node)));
    expect(await visits(cluster)).toBe(6);
    await cluster.stop();
  });
});

it('refuses a database of somebody else, and a folder that was made without', async () => {
  const databaseUrl = 'mysql://root@127.0.0.1:3306';
  await expect(LocalCluster.start({ home, distribution, highAvailability: true, databaseUrl })).rejects.toThrow(
    /unset STRONGROOM_DATABASE_URL/,
  );
  const single = join(directory, 'single');
  const cluster = await LocalCluster.start({
    home: single,
    distribution,
    without: programNames.filter((name) => name !== 'identity-service'),
  });
  await cluster.stop();
  await expect(LocalCluster.start({ home: single, distribution, highAvailability: true })).rejects.toThrow(
    /was made without --high-availability and does not start with it/,
  );
});
