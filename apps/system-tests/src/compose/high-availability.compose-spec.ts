import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { programNames, type ServiceName } from '@strongroom/local-cluster';
import { eventually } from '@strongroom/testing';
import { type RunningSystem, System, text, unique } from '../support/system';
import { verificationOf } from '../support/trail';
import { ComposeCluster } from './compose-cluster';

// One cluster lives through all of this, in this order: each test finds what the one before it left.
const SMALL = ['docker-compose.yml'];
const LARGE = ['docker-compose.yml', 'high-availability.yml'];
const nodes = ['mariadb', 'mariadb-2', 'mariadb-3'];
const servers = ['redis', 'redis-2', 'redis-3'];
const sentinels = ['sentinel-1', 'sentinel-2', 'sentinel-3'];

const compose = new ComposeCluster(LARGE);
const program = resolve('dist/tools/compose-load.js');
const secretId = unique('kept');
let system: RunningSystem;

jest.setTimeout(900_000);

const reach = async () => {
  const described = await compose.describe();
  await system?.stop();
  system = new System(described, async () => {});
};
const valueOf = async (id: string) => (await system.admin.secrets.getSecretValue({ secretId: id })).value;
const verification = () => verificationOf(system.admin);
const timed = async (what: string, work: () => Promise<unknown>) => {
  const start = performance.now();
  await work();
  console.log(`${what} after ${Math.round((performance.now() - start) / 1_000)} s`);
};

/** Ends what runs in a container as a crash does; the engine starts it again. */
const crash = (service: string) => compose.exec(service, 'kill -KILL -1').catch(() => undefined);
const allAreWell = () =>
  eventually(
    'all containers are well',
    async () => {
      const states = (await compose.containers()).filter(({ exitCode, state }) => state !== 'exited' || exitCode !== 0);
      return states.every(({ state, health }) => state === 'running' && health === 'healthy');
    },
    300_000,
    1_000,
  );
const statusOf = (node: string, name: string) =>
  compose
    .exec(
      node,
      `MYSQL_PWD=$(cat /run/strongroom/administrator.password) mariadb -uroot -N -e "SHOW STATUS LIKE '${name}'" | cut -f2`,
    )
    .then((output) => output.trim());
async function primary(): Promise<string> {
  const command = 'REDISCLI_AUTH=$(cat /run/strongroom/administrator.password) redis-cli role';
  for (const server of servers) {
    const role = await compose.exec(server, command).catch(() => '');
    if (role.startsWith('master')) return server;
  }
  throw new Error('no server is the primary');
}

beforeAll(async () => {
  await timed('up', () => compose.up());
  await reach();
});
afterAll(async () => {
  await system?.stop();
  compose.isOf(...LARGE);
  await compose.drop();
});

describe('a highly available cluster of containers', () => {
  it('is healthy, with several of everything', async () => {
    const running = (await compose.containers()).filter(({ state }) => state === 'running');
    expect(new Set(running.map(({ health }) => health))).toEqual(new Set(['healthy']));
    const expected = [...programNames, ...programNames, ...nodes, ...servers, ...sentinels];
    expect(running.map(({ service }) => service).sort()).toEqual(expected.sort());
    for (const node of nodes) expect(await statusOf(node, 'wsrep_cluster_size')).toBe('3');
  });

  it('answers its administrator from outside', async () => {
    await system.admin.secrets.createSecret({ name: secretId, value: text('worth keeping') });
    expect(await valueOf(secretId)).toEqual(text('worth keeping'));
  });
});

describe('a server that crashes', () => {
  it.each([
    ['the database server in use', false],
    ['the primary of Redis', true],
  ])('%s: no call is lost, and the engine brings it back', async (which, isRedis) => {
    const load = await compose.startLoad(program);
    await sleep(2_000);
    await crash(isRedis ? await primary() : nodes[0]!);
    await sleep(10_000);
    await allAreWell();
    const report = await load.stop();
    console.log(which, report);
    expect(report.failures).toEqual({});
    expect(report.lost).toBe(0);
    expect(report.writes).toBeGreaterThan(10);
    for (const node of nodes) expect(await statusOf(node, 'wsrep_cluster_size')).toBe('3');
  });

  it('is replaced by another Redis when it does not come back', async () => {
    const load = await compose.startLoad(program);
    await sleep(2_000);
    const before = await primary();
    await compose.compose('kill', before);
    await eventually('another one is the primary', async () => (await primary()) !== before, 60_000, 500);
    await sleep(3_000);
    await compose.compose('start', before);
    await allAreWell();
    const report = await load.stop();
    console.log('fail-over', report);
    expect(report.failures).toEqual({});
    expect(report.lost).toBe(0);
    // It follows the new one, and has not made itself the primary again.
    expect(await primary()).not.toBe(before);
  });

  it('may be any two of three: they find the one that is left', async () => {
    await Promise.all(['mariadb', 'mariadb-2'].map(crash));
    await timed('two of three nodes are back', allAreWell);
    expect(await valueOf(secretId)).toEqual(text('worth keeping'));
  });

  it('may be all of them at once', async () => {
    await Promise.all([...nodes, ...servers, ...sentinels].map(crash));
    await timed('all servers are back', allAreWell);
    expect(await valueOf(secretId)).toEqual(text('worth keeping'));
    for (const node of nodes) expect(await statusOf(node, 'wsrep_cluster_size')).toBe('3');
    expect(await verification()).toMatchObject({ valid: true, findings: [] });
  });
});

describe('an upgrade', () => {
  it('drops no call, and leaves two of each service', async () => {
    const services: ServiceName[] = ['identity-service', 'crypto-keyservice', 'secrets-api'];
    const before = await Promise.all(services.map((service) => compose.replicas(service)));
    const load = await compose.startLoad(program);
    compose.isNow('test-next');
    await timed('upgraded', () => compose.run('docker/upgrade', ...services));
    const report = await load.stop();
    console.log('upgrade', report);
    expect(report.failures).toEqual({});
    expect(report.lost).toBe(0);
    const after = await Promise.all(services.map((service) => compose.replicas(service)));
    expect(after.map((replicas) => replicas.length)).toEqual([2, 2, 2]);
    expect(after.flat().filter((id) => before.flat().includes(id))).toEqual([]);
  });

  it('is refused to somebody who takes the cluster for a small one', async () => {
    compose.isOf(...SMALL);
    await expect(compose.run('docker/upgrade', 'secrets-api')).rejects.toThrow('this cluster is highly available');
    compose.isOf(...LARGE);
  });
});

describe('data', () => {
  const backup = mkdtempSync(join(tmpdir(), 'strongroom-backup-'));
  const other = mkdtempSync(join(tmpdir(), 'strongroom-backup-'));
  afterAll(() => [backup, other].forEach((folder) => rmSync(folder, { recursive: true, force: true })));

  const restored = async (from: string, ...files: string[]) => {
    await compose.compose('down', '-v', '--timeout', '5');
    compose.isOf(...files);
    await timed('restored', () => compose.run('docker/restore', from));
    await reach();
    expect(await valueOf(secretId)).toEqual(text('worth keeping'));
    expect(await verification()).toMatchObject({ valid: true, findings: [] });
  };

  it('outlives the containers', async () => {
    await compose.compose('down', '--timeout', '20');
    await timed('up again', () => compose.up());
    await reach();
    expect(await valueOf(secretId)).toEqual(text('worth keeping'));
  });

  it('is there again after all was destroyed, from a backup made while calls went on', async () => {
    const load = await compose.startLoad(program);
    await sleep(1_000);
    await compose.run('docker/backup', backup);
    expect((await load.stop()).failures).toEqual({});
    await restored(backup, ...LARGE);
  });

  it('goes into a small cluster, which becomes highly available by the next start', async () => {
    await restored(backup, ...SMALL);
    await compose.run('docker/backup', other);
    compose.isOf(...LARGE);
    await timed('became highly available', () => compose.up());
    await reach();
    expect(await valueOf(secretId)).toEqual(text('worth keeping'));
    for (const node of nodes) expect(await statusOf(node, 'wsrep_cluster_size')).toBe('3');
  });

  it('goes from the backup of a small cluster into a highly available one', async () => {
    await restored(other, ...LARGE);
    for (const node of nodes) expect(await statusOf(node, 'wsrep_cluster_size')).toBe('3');
  });
});
