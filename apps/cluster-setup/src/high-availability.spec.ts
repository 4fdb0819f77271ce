import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  databaseSettings,
  galeraSettings,
  isService,
  programNames,
  REDIS_GROUP,
  redisUserNames,
  serviceNames,
  services,
} from '@strongroom/local-cluster';
import { databaseNodes, readConfig, REDIS_PORT, redisServers, SENTINEL_PORT, sentinels } from './config';
import { databaseHostOn } from './tasks/database.task';
import { makeFiles } from './tasks/files.task';
import {
  mountsOf,
  namesOn,
  networksOf,
  projectRoot,
  readComposeFile,
  waitsOf,
  type ComposeService,
} from './testing/compose-file';
import { highlyAvailable, NODES, volumeNames } from './volumes';

const FILE = 'high-availability.yml';
const { services: containers, networks, volumes, configs = {} } = readComposeFile('docker-compose.yml', FILE);
const small = readComposeFile();
const each = Object.entries(containers);
const container = (name: string): ComposeService => {
  const found = containers[name];
  if (!found) throw new Error(`the cluster has no ${name}`);
  return found;
};
const servers = [...databaseNodes, ...redisServers, ...sentinels];
const scriptOf = (source: string) => readFileSync(join(projectRoot, 'docker', configs[source]!.file), 'utf8');
const addresses = (names: readonly string[], port: number) => names.map((name) => `${name}:${port}`);

describe('a highly available cluster of containers', () => {
  it('has what the small one has, and several servers of each kind', () => {
    const added = Object.keys(containers).filter((name) => !(name in small.services));
    expect([...Object.keys(small.services), ...added].sort()).toEqual(Object.keys(containers).sort());
    expect(added.sort()).toEqual(servers.filter((name) => !(name in small.services)).sort());
  });

  it.each(programNames)('runs two of %s', (name) => {
    expect(container(name).deploy).toEqual({ ...small.services[name]!.deploy, replicas: 2 });
  });

  it.each(serviceNames)('tells %s of all servers, and the task of its migrations', (name) => {
    const { databaseNetwork } = services[name];
    const nodes = databaseNodes.map((node) => databaseHostOn(databaseNetwork, node)).join();
    expect(container(name).environment).toMatchObject({
      STRONGROOM_DATABASE_HOST: nodes,
      STRONGROOM_REDIS_HOST: '',
      STRONGROOM_REDIS_PORT: '',
      STRONGROOM_REDIS_SENTINELS: addresses(sentinels, SENTINEL_PORT).join(),
      STRONGROOM_REDIS_SENTINEL_GROUP: REDIS_GROUP,
    });
    expect(container(`${name}-migrate`).environment).toEqual({
      ...small.services[`${name}-migrate`]!.environment,
      STRONGROOM_DATABASE_HOST: nodes,
    });
    for (const node of databaseNodes) {
      const network = databaseNetwork ?? 'data';
      expect(namesOn(node, container(node), network)).toContain(databaseHostOn(databaseNetwork, node));
      expect(networksOf(container(`${name}-migrate`))).toContain(network);
    }
  });

  it('tells the tasks that are a service for a moment the same', () => {
    for (const [task, service] of [
      ['administrator', 'identity-service'],
      ['audit-service-retain', 'audit-service'],
    ] as const)
      expect(container(task).environment).toMatchObject(container(service).environment!);
  });

  it('tells rotations and notifications which servers are behind the sentinels', () => {
    for (const name of ['rotation-worker', 'notification-service']) {
      const listed = (one: ComposeService) => String(one.environment?.STRONGROOM_CLUSTER_ENDPOINTS).split(',');
      expect(listed(container(name))).toEqual([...listed(small.services[name]!), ...addresses(redisServers, REDIS_PORT)]);
    }
  });

  it('waits for containers that exist, until they are healthy or have ended', () => {
    const { actual, expected } = waitsOf(containers);
    expect(actual).toEqual(expected);
    expect(actual).not.toEqual([]);
  });
});

describe('the servers', () => {
  it.each(servers)('runs %s as the small cluster runs its one, with data of its own', (name) => {
    const [kind] = name.replace('sentinel', 'redis').split('-');
    const like = small.services[kind!]!;
    const differing = ['volumes', 'networks', 'healthcheck', 'depends_on', 'deploy'];
    expect(container(name)).toMatchObject(Object.fromEntries(Object.entries(like).filter(([key]) => !differing.includes(key))));
    const [data] = mountsOf(like);
    const owners = each.filter(([, one]) => mountsOf(one).some(({ volume }) => volume === `${name}-data`));
    expect(owners.map(([owner]) => owner)).toEqual([name]);
    expect(mountsOf(container(name))).toContainEqual({ ...data, volume: `${name}-data` });
    expect(container(name).entrypoint?.at(-1)).toBe(name);
  });

  it('finds the script that each one runs', () => {
    for (const name of servers) {
      const { entrypoint = [], configs: mounted = [] } = container(name);
      expect(mounted.map(({ target }) => target)).toEqual([entrypoint[1]]);
      expect(scriptOf(mounted[0]!.source)).toMatch(/^#!\/bin\/(ba)?sh\n/);
    }
  });

  it('sets what Galera needs, and what the services need', () => {
    const script = scriptOf('galera-node');
    for (const setting of galeraSettings) expect(script.split('\n')).toContain(setting);
    expect(script).toContain(`nodes=(${databaseNodes.join(' ')})\n`);
    for (const setting of databaseSettings) expect(container('mariadb-3').command).toContain(`--${setting}`);
  });

  it('asks the sentinels that there are, for the group that they have', () => {
    expect(scriptOf('redis-server')).toContain(`for sentinel in ${sentinels.join(' ')}; do`);
    expect(scriptOf('redis-server')).toContain(`sentinel master ${REDIS_GROUP} `);
  });

  it('lets nobody but the nodes onto the network on which they give each other all data', () => {
    const members = each.filter(([, one]) => networksOf(one).includes('nodes')).map(([name]) => name);
    expect(members.sort()).toEqual([...databaseNodes].sort());
    expect(networks.nodes).toEqual({ internal: true });
    for (const node of databaseNodes) expect(namesOn(node, container(node), 'nodes')).toContain(`${node}.nodes`);
    const near = each.filter(([, one]) => networksOf(one).includes('keys-data')).map(([name]) => name);
    expect(near.sort()).toEqual(
      ['crypto-keyservice', 'crypto-keyservice-migrate', 'database', 'grants', ...databaseNodes].sort(),
    );
  });

  it('publishes nothing of them', () => {
    for (const name of servers) {
      const { ports } = container(name);
      expect([name, ports, networksOf(container(name)).filter((one) => !networks[one]?.internal)]).toEqual([name, undefined, []]);
    }
  });

  it('declares every volume that is mounted, and none in vain', () => {
    const mounted = each.flatMap(([, one]) => mountsOf(one).map(({ volume }) => volume));
    expect([...new Set(mounted)].sort()).toEqual(Object.keys(volumes).sort());
  });
});

describe('files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'strongroom-volumes-'));
  const environment = {
    STRONGROOM_STATE_DIRECTORY: join(directory, 'state'),
    STRONGROOM_VOLUMES_DIRECTORY: join(directory, 'volumes'),
  };
  const config = readConfig({ ...environment, ...(container('setup').environment as Record<string, string>) });
  const handedOut = (...path: string[]) => readFileSync(join(config.volumes, ...path), 'utf8').trim();
  const filled = (one: ComposeService, path: string): string | undefined => {
    const mount = mountsOf(one).find((candidate) => path.startsWith(`${candidate.path}/`));
    return mount && join(config.volumes, mount.volume.replace(/-secrets$/, ''), path.slice(mount.path.length + 1));
  };

  beforeAll(async () => {
    for (const name of [...volumeNames, NODES]) mkdirSync(join(config.volumes, name), { recursive: true });
    await makeFiles(config);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('gets all volumes, each at its place', () => {
    const mounted = mountsOf(container('setup')).map(({ volume, path }) => `${volume} ${path}`);
    const expected = [...volumeNames.map((name) => `${name}-secrets /volumes/${name}`), `${NODES} /volumes/${NODES}`];
    expect(mounted.sort()).toEqual(['state /state', ...expected].sort());
    expect(mountsOf(small.services.setup!).map(({ path }) => path)).not.toContain(`/volumes/${highlyAvailable[0]}`);
  });

  it.each(programNames)('lets %s read its whole configuration', async (name) => {
    const one = container(name);
    const told = Object.entries(one.environment ?? {});
    const read = Object.fromEntries(told.map(([variable, value]) => [variable, filled(one, String(value)) ?? String(value)]));
    const app = (await import(join(projectRoot, 'apps', name, 'src/config.ts'))) as { readConfig(env: object): unknown };
    expect(app.readConfig(read)).toMatchObject(isService(name) ? { redis: { replicas: 1 } } : {});
  });

  it('lets each server of Redis be followed and watched, and refuse what no replica has', () => {
    const redis = handedOut('redis', 'redis.conf').split('\n');
    const sentinel = handedOut('sentinel', 'sentinel.conf').split('\n');
    const after = (lines: string[], start: string) => lines.find((line) => line.startsWith(start))!.slice(start.length);
    expect(redis).toEqual(
      expect.arrayContaining(['min-replicas-to-write 1', 'min-replicas-max-lag 10', 'masteruser replication']),
    );
    expect(redis.join('\n')).toContain(`user replication reset on >${after(redis, 'masterauth ')} `);
    expect(redis.join('\n')).toContain(`user sentinel reset on >${after(sentinel, `sentinel auth-pass ${REDIS_GROUP} `)} `);
    expect(sentinel).toContain(`sentinel monitor ${REDIS_GROUP} ${redisServers[0]} ${REDIS_PORT} 2`);
    const asked = after(sentinel, 'requirepass ');
    for (const name of [...redisUserNames, 'redis', 'sentinel'])
      expect([name, handedOut(name, 'sentinel.password')]).toEqual([name, asked]);
  });

  it('lets the group write where nodes tell each other of themselves, and no one else', () => {
    expect(statSync(join(config.volumes, NODES)).mode & 0o777).toBe(0o770);
    expect(statSync(join(config.volumes, 'sentinel', 'sentinel.conf')).mode & 0o777).toBe(0o640);
  });

  it('is never a small cluster again by mistake', async () => {
    const before = handedOut('redis', 'redis.conf');
    await expect(makeFiles(readConfig(environment))).rejects.toThrow(
      /is highly available: compose needs docker\/high-availability.yml/,
    );
    expect(handedOut('redis', 'redis.conf')).toBe(before);
    await makeFiles(config);
  });

  it('may have been a small one before', async () => {
    const other = mkdtempSync(join(tmpdir(), 'strongroom-volumes-'));
    try {
      const folders = {
        STRONGROOM_STATE_DIRECTORY: join(other, 'state'),
        STRONGROOM_VOLUMES_DIRECTORY: join(other, 'volumes'),
      };
      for (const name of volumeNames.filter((one) => !highlyAvailable.includes(one)))
        mkdirSync(join(other, 'volumes', name), { recursive: true });
      await makeFiles(readConfig(folders));
      const keyFile = join(other, 'volumes', 'crypto-keyservice', 'root.key');
      const key = readFileSync(keyFile, 'utf8');
      for (const name of highlyAvailable) mkdirSync(join(other, 'volumes', name));
      await makeFiles(readConfig({ ...folders, STRONGROOM_HIGH_AVAILABILITY: 'true' }));
      expect(readFileSync(keyFile, 'utf8')).toBe(key);
      expect(existsSync(join(other, 'volumes', 'sentinel', 'sentinel.conf'))).toBe(true);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });
});
