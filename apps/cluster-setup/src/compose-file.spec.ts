import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  databaseSettings,
  CONSOLE,
  GATEWAY,
  migrationUser,
  programNames,
  serviceNames,
  services,
  writePrivateFile,
  type ServiceName,
} from '@strongroom/local-cluster';
import { readConfig, SERVICE_FOLDER, SERVICE_PORT } from './config';
import { databaseHostOn } from './tasks/database.task';
import { makeFiles, rotate } from './tasks/files.task';
import {
  isTask,
  mountsOf,
  namesOn,
  networksOf,
  projectRoot,
  readComposeFile,
  waitsOf,
  type ComposeService,
} from './testing/compose-file';
import { highlyAvailable, volumeNames as allVolumeNames } from './volumes';

const { services: containers, networks, volumes } = readComposeFile();
const each = Object.entries(containers);
const container = (name: string): ComposeService => {
  const found = containers[name];
  if (!found) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
};
/** Of this file. */
const volumeNames = allVolumeNames.filter((name) => !highlyAvailable.includes(name));
const programOf = ({ image }: ComposeService) => /^strongroom\/([a-z-]+):/.exec(image)?.[1];
const running = each.filter(([, one]) => !isTask(one));
const secretsOf = (name: string) => `${name}-secrets`;
/** What starts only with the profile of monitoring; monitoring.spec.ts has more of it. */
const monitors = each.filter(([, one]) => one.profiles?.includes('monitoring')).map(([name]) => name);
/** What somebody starts by hand. */
const RETAIN = 'audit-service-retain';

describe('references', () => {
  it('names volumes and networks that are declared, and declares none in vain', () => {
    const used = (of: (one: ComposeService) => string[]) => [...new Set(each.flatMap(([, one]) => of(one)))].sort();
    expect(used((one) => mountsOf(one).map(({ volume }) => volume))).toEqual(Object.keys(volumes).sort());
    expect(used(networksOf)).toEqual(Object.keys(networks).sort());
  });

  it('waits for containers that exist, until they are healthy or have ended', () => {
    const { actual, expected } = waitsOf(containers);
    expect(actual).toEqual(expected);
    expect(actual).not.toEqual([]);
  });

  it('has every task awaited by somebody: else `up --wait` takes its end for a failure', () => {
    const awaited = new Set(each.flatMap(([, { depends_on = {} }]) => Object.keys(depends_on)));
    expect(each.filter(([name, one]) => isTask(one) && !awaited.has(name)).map(([name]) => name)).toEqual([RETAIN]);
    expect(container(RETAIN).profiles).toEqual(['retention']);
  });

  it('builds every image of its own exactly once', () => {
    const own = [...new Set(each.flatMap(([, one]) => (programOf(one) ? [one.image] : [])))];
    expect(each.flatMap(([, one]) => (one.build ? [one.image] : [])).sort()).toEqual(own.sort());
    const others = each.filter(([, one]) => !programOf(one)).map(([, one]) => one.image);
    expect(others.map((image) => image.replace(/:v?\d+\.\d+\.\d+$/, ':pinned')).sort()).toEqual([
      'grafana/grafana:pinned',
      'mariadb:11',
      'prom/alertmanager:pinned',
      'prom/prometheus:pinned',
      'redis:7',
    ]);
  });

  it('asks programs for tasks that they know', () => {
    for (const [name, one] of each.filter(([, candidate]) => programOf(candidate) && isTask(candidate))) {
      const program = programOf(one) === 'setup' ? 'cluster-setup' : programOf(one);
      const sources = ['main.ts', 'serve.ts'].map((file) => join(projectRoot, 'apps', program!, 'src', file));
      const texts = sources.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
      const [tasks] = texts.flatMap((text) => /\btasks\b\s*:[^]*/.exec(text) ?? []);
      expect([name, new RegExp(`[{,]\\s*${String(one.command)}\\s*[:,}]`).test(tasks ?? '')]).toEqual([name, true]);
    }
  });
});

describe('services', () => {
  it.each(serviceNames)('describes %s as the rest of the project does', (name) => {
    const { schema, addressVariable, rootKeyFile, databaseNetwork } = services[name];
    const { environment = {}, image, build } = container(name);
    expect(image).toBe(`strongroom/${name}:local`);
    expect(build?.args).toEqual({ SERVICE: name });
    expect(environment).toMatchObject({
      STRONGROOM_LISTEN: `0.0.0.0:${SERVICE_PORT}`,
      STRONGROOM_DATABASE_HOST: databaseHostOn(databaseNetwork),
      STRONGROOM_DATABASE_NAME: schema,
      STRONGROOM_DATABASE_USER: schema,
      STRONGROOM_REDIS_USER: name,
    });
    expect('STRONGROOM_ROOT_KEY_FILE' in environment).toBe(rootKeyFile !== undefined);
    for (const other of serviceNames) {
      expect(container(other).environment).toMatchObject({ [addressVariable]: `${name}:${SERVICE_PORT}` });
    }
    const migration = container(`${name}-migrate`);
    expect(migration.image).toBe(image);
    expect(migration.environment).toEqual({
      STRONGROOM_DATABASE_HOST: databaseHostOn(databaseNetwork),
      STRONGROOM_DATABASE_PORT: 3306,
      STRONGROOM_DATABASE_NAME: schema,
      STRONGROOM_MIGRATION_USER: migrationUser(name),
      STRONGROOM_MIGRATION_PASSWORD_FILE: `${SERVICE_FOLDER}/database.password`,
    });
    expect(Object.keys(container('grants').depends_on ?? {})).toContain(`${name}-migrate`);
  });

  it('removes old events as audit-service, with the database user of its migrations', () => {
    const { environment, image, command } = container(RETAIN);
    const { STRONGROOM_MIGRATION_PASSWORD_FILE: passwordFile, ...others } = environment ?? {};
    expect(image).toBe(container('audit-service').image);
    expect(command).toBe('retain');
    expect(others).toEqual({
      ...container('audit-service').environment,
      STRONGROOM_MIGRATION_USER: migrationUser('audit-service'),
    });
    const migration = mountsOf(container(RETAIN)).find(({ volume }) => volume === 'audit-service-migration-secrets');
    expect(passwordFile).toBe(`${migration?.path}/database.password`);
    // It asks crypto-keyservice for seals, and reaches nobody outside.
    expect(networksOf(container(RETAIN)).sort()).toEqual(['data', 'services']);
  });

  it.each(['trail.md', 'containers.md'])('is told in docs/%s how to remove old events', (page) => {
    const text = readFileSync(join(projectRoot, 'docs', page), 'utf8');
    expect(text).toContain(`docker compose -f docker/docker-compose.yml run --rm -T ${RETAIN} retain --days 365`);
  });

  it('gives the database and Redis what the services need of them', () => {
    const command = container('mariadb').command as string[];
    expect([...command].sort()).toEqual(databaseSettings.map((setting) => `--${setting}`).sort());
    expect(container('redis').command).toContain(`${SERVICE_FOLDER}/redis.conf`);
  });
});

describe('files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'strongroom-volumes-'));
  const config = readConfig({
    STRONGROOM_STATE_DIRECTORY: join(directory, 'state'),
    STRONGROOM_VOLUMES_DIRECTORY: join(directory, 'volumes'),
    STRONGROOM_SERVER_NAMES: 'secrets.example.com,192.0.2.7',
  });
  /** Where a path of a container lies in the volumes that were just filled; undefined for one that lies in none. */
  const filled = (one: ComposeService, path: string): string | undefined => {
    const mount = mountsOf(one).find((candidate) => path.startsWith(`${candidate.path}/`));
    return mount && join(config.volumes, mount.volume.replace(/-secrets$/, ''), path.slice(mount.path.length + 1));
  };

  beforeAll(async () => {
    for (const name of volumeNames) mkdirSync(join(config.volumes, name), { recursive: true });
    await makeFiles(config);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('finds every file that a container is told of in the volume that it mounts', () => {
    const told = each.flatMap(([name, one]) =>
      Object.entries(one.environment ?? {})
        .filter(([variable]) => variable.endsWith('_FILE') && !/_(?:ADMIN_CREDENTIALS|CHECKPOINT)_FILE$/.test(variable))
        .map(([variable, path]) => [`${name} ${variable}`, filled(one, String(path))] as const),
    );
    expect(told.length).toBeGreaterThan(20);
    expect(told.filter(([, path]) => !path || !existsSync(path))).toEqual([]);
  });

  it.each(programNames)('lets %s read its whole configuration', async (name) => {
    const one = container(name);
    const environment = Object.fromEntries(
      Object.entries(one.environment ?? {}).map(([variable, value]) => [variable, filled(one, String(value)) ?? String(value)]),
    );
    const app = (await import(join(projectRoot, 'apps', name, 'src/config.ts'))) as { readConfig(env: object): unknown };
    expect(app.readConfig(environment)).toMatchObject({ listen: `0.0.0.0:${SERVICE_PORT}` });
  });

  it('hands a mode to nobody who needs it not', () => {
    const shared = each.filter(([, one]) => 'group_add' in one).map(([name]) => name);
    expect(shared.sort()).toEqual(['grafana', 'mariadb', 'redis']);
    for (const name of volumeNames) {
      const mode = shared.includes(name) ? 0o640 : 0o600;
      const others = { redis: 'redis.conf', administrator: 'tls.key', [GATEWAY]: 'tls.key', [CONSOLE]: 'redis.password' };
      const passwords = { mariadb: 'administrator.password', grafana: 'administrator.password' };
      const file = { ...others, ...passwords }[name as string];
      expect(statSync(join(config.volumes, name, file ?? 'database.password')).mode & 0o777).toBe(mode);
    }
  });

  it('makes nothing anew, and hands out again what was lost', async () => {
    const path = join(config.volumes, 'crypto-keyservice/root.key');
    const before = readFileSync(path, 'utf8');
    expect(before).toMatch(/^AGE-SECRET-KEY-PQ-1[0-9A-Z]{58}\n$/);
    rmSync(path);
    await makeFiles(config);
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(readFileSync(join(config.volumes, 'identity-service/root.key'), 'utf8')).not.toBe(before);
  });
});

describe('what lets services into Redis', () => {
  const directory = mkdtempSync(join(tmpdir(), 'strongroom-redis-'));
  const config = readConfig({
    STRONGROOM_STATE_DIRECTORY: join(directory, 'state'),
    STRONGROOM_VOLUMES_DIRECTORY: join(directory, 'volumes'),
  });
  const handedOut = (...path: string[]) => readFileSync(join(config.volumes, ...path), 'utf8').trim();
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  const userLine = (name: string) => new RegExp(`^user ${name} .*$`, 'm').exec(handedOut('redis', 'redis.conf'))![0];

  beforeAll(() => {
    for (const name of volumeNames) mkdirSync(join(config.volumes, name), { recursive: true });
    // A state from before services had users.
    writePrivateFile(config.layout.passwordFile('redis'), 'shared\n');
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('gives each service a user and a key of its own, and takes the password that all had', async () => {
    const before = Date.now();
    await makeFiles(config);
    expect(handedOut('redis', 'redis.conf')).not.toContain(digest('shared'));
    for (const service of serviceNames) {
      expect(userLine(service)).toContain(`#${digest(handedOut(service, 'redis.password'))}`);
      expect(handedOut('audit-service', 'journal.keys')).toContain(`\n${handedOut(service, 'journal.key')}`);
      expect(existsSync(join(config.volumes, service, 'journal.keys'))).toBe(service === 'audit-service');
    }
    const all = serviceNames.flatMap((service) => ['redis.password', 'journal.key'].map((file) => handedOut(service, file)));
    expect(new Set(all).size).toBe(2 * serviceNames.length);
    // Replicas of the version before may run for an hour.
    const [, since] = /^unsigned-until (\d+)\n/.exec(handedOut('audit-service', 'journal.keys'))!;
    expect(Number(since)).toBeGreaterThanOrEqual(before + 3_600_000);
  });

  it('rotates when it is told to, and lets two be good at a time', async () => {
    const seen = [handedOut('secrets-api', 'redis.password')];
    const keys = [handedOut('secrets-api', 'journal.key')];
    await makeFiles(config);
    expect(handedOut('secrets-api', 'redis.password')).toBe(seen[0]);
    for (let round = 0; round < 2; round++) {
      await rotate(config);
      seen.push(handedOut('secrets-api', 'redis.password'));
      keys.push(handedOut('secrets-api', 'journal.key'));
    }
    expect(seen.map((password) => userLine('secrets-api').includes(digest(password)))).toEqual([false, true, true]);
    expect(keys.map((key) => handedOut('audit-service', 'journal.keys').includes(key))).toEqual([false, true, true]);
  });
});

describe('isolation', () => {
  it('takes every right from every container that it does not need', () => {
    for (const [name, one] of each) {
      expect([name, one]).toEqual([
        name,
        expect.objectContaining({
          init: true,
          read_only: true,
          cap_drop: ['ALL'],
          security_opt: ['no-new-privileges:true'],
          ulimits: { core: 0 },
          deploy: { resources: { limits: { cpus: expect.any(String), memory: expect.any(String), pids: expect.any(Number) } } },
        }),
      ]);
      expect([one.privileged, one.cap_add, one.user ?? 'mysql']).toEqual([
        undefined,
        undefined,
        expect.stringMatching(/mysql|redis/),
      ]);
    }
  });

  it('mounts volumes alone, and what is secret only where it belongs and for reading', () => {
    for (const [name, one] of each) {
      for (const { volume, readOnly } of mountsOf(one)) {
        expect(Object.keys(volumes)).toContain(volume);
        const owners: Record<string, string[]> = {
          state: ['setup', 'database', 'grants', 'redis-users'],
          [secretsOf('administrator')]: ['setup', 'administrator', 'environment'],
          [secretsOf('identity-service')]: ['setup', 'administrator', 'identity-service'],
        };
        const migrating = /^(.*)-migration-secrets$/.exec(volume);
        const owner = migrating ? `${migrating[1]}-migrate` : volume.replace(/-(secrets|data)$/, '');
        const others = volume.startsWith('audit-service-') ? [RETAIN] : [];
        expect(owners[volume] ?? ['setup', owner, ...others]).toContain(name);
        const writers = ['setup', 'mariadb', 'redis', ...monitors].includes(name) && !(volume === secretsOf(name));
        const administering = volume === secretsOf('administrator');
        expect([name, volume, readOnly]).toEqual([name, volume, !(writers || administering)]);
      }
    }
    const mounted = mountsOf(container('setup')).map(({ volume, path }) => [volume, path]);
    expect(mounted).toEqual(
      [['state', '/state'], ...volumeNames.map((name) => [secretsOf(name), `/volumes/${name}`])].sort(
        (a, b) => mounted.findIndex(([volume]) => volume === a[0]) - mounted.findIndex(([volume]) => volume === b[0]),
      ),
    );
  });

  it('lets the outside reach services only, on this machine only unless told otherwise', () => {
    const published = each.filter(([name, one]) => one.ports && !monitors.includes(name));
    expect(published.map(([name]) => name).sort()).toEqual([...programNames].sort());
    for (const [name, one] of published) {
      expect(networksOf(one)).toContain('outside');
      expect([name, one.ports]).toEqual([name, [expect.stringMatching(/^127\.0\.0\.1:7[56]\d0-7[56]\d9:7400$/)]]);
    }
    const internal = Object.keys(networks).filter((name) => networks[name]?.internal);
    expect(internal.sort()).toEqual(['data', 'keys-data', 'monitoring', 'services']);
    expect(
      networksOf(container('mariadb'))
        .concat(networksOf(container('redis')))
        .filter((n) => !internal.includes(n)),
    ).toEqual([]);
  });

  it('lets nobody but crypto-keyservice and those who prepare it onto the network of its schema', () => {
    const isolated = serviceNames.filter((name): name is ServiceName => services[name].databaseNetwork !== undefined);
    expect(isolated).toEqual(['crypto-keyservice']);
    const members = each.filter(([, one]) => networksOf(one).includes('keys-data')).map(([name]) => name);
    expect(members.sort()).toEqual(['crypto-keyservice', 'crypto-keyservice-migrate', 'database', 'grants', 'mariadb']);
    expect(namesOn('mariadb', container('mariadb'), 'keys-data')).toContain(databaseHostOn('keys-data'));
  });

  it('tells rotation which servers of the cluster it must not connect to', () => {
    const { environment = {} } = container('rotation-worker');
    const told = Object.entries(environment).flatMap(([variable, value]) =>
      /^STRONGROOM_(\w+_ADDRESS|CLUSTER_ENDPOINTS)$/.test(variable) ? String(value).split(',') : [],
    );
    const servers = programNames.flatMap((name) => [`${name}:${SERVICE_PORT}`, `${name}:${SERVICE_PORT + 1}`]);
    expect(told.sort()).toEqual([...servers, 'prometheus:9090'].sort());
  });

  it('can run any number of each service', () => {
    for (const [name, one] of running) expect([name, 'container_name' in one]).toEqual([name, false]);
  });
});
