import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectAsAdministrator, findFreePorts, MariaDbServer, writePrivateFile } from '@strongroom/local-cluster';
import { startTestRedisGroup, temporaryDirectory, type TestRedisGroup } from '@strongroom/testing';
import { projectRoot } from './testing/compose-file';
import { chartFolder } from './testing/helm-chart';

const directory = temporaryDirectory('helm-backup');
const inDirectory = (...path: string[]) => join(directory.path, ...path);
const backups = inDirectory('backups');
const PASSWORD = 'password-of-the-backup';
/** As docs/kubernetes.md has them. */
const GRANTS = "GRANT SELECT, SHOW VIEW, TRIGGER, LOCK TABLES ON `strongroom\\_%`.* TO backup@'%'";

beforeAll(() => writePrivateFile(inDirectory('password'), PASSWORD));
afterAll(() => directory.remove());

/** As in the CronJob's containers: nothing but what the chart sets. */
const run = (script: string, folder: string, variables: Record<string, string | number>) =>
  promisify(execFile)('sh', [join(chartFolder, 'files', script), folder], {
    env: { PATH: process.env.PATH, ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, `${value}`])) },
  });

describe('the journal', () => {
  let group: TestRedisGroup;
  const settings = () => ({
    HOST: 'nowhere.invalid',
    PORT: 6379,
    SENTINELS: '',
    GROUP: group.endpoint.sentinels.group,
    LOGIN: 'backup',
    PASSWORD_FILE: inDirectory('password'),
    CA_FILE: '',
    SENTINEL_LOGIN: '',
    SENTINEL_PASSWORD_FILE: group.passwordFiles.sentinel,
    SENTINEL_CA_FILE: '',
  });
  const dumped = () => readFileSync(join(backups, 'new/redis.rdb'), 'latin1');

  beforeAll(async () => {
    group = await startTestRedisGroup();
    const primary = await group.connect(await group.primary());
    await primary.set('marker-of-the-backup', 'here');
    await primary.call('ACL', 'SETUSER', 'backup', 'on', `>${PASSWORD}`, '+sync', '+replconf');
  });
  afterAll(() => group.stop());

  it('is copied from a server', async () => {
    const { host, port } = (await group.primary()).endpoint;
    await run('backup-redis.sh', join(backups, 'new'), { ...settings(), HOST: host, PORT: port });
    expect(dumped()).toMatch(/^REDIS[^]*marker-of-the-backup/);
  });

  it('is copied from the primary that a sentinel names, though another sentinel is away', async () => {
    const hosts = group.endpoint.sentinels.hosts.map(({ host, port }) => `${host}:${port}`);
    const SENTINELS = ['127.0.0.1:1', ...hosts].join(' ');
    await run('backup-redis.sh', join(backups, 'sentinels/new'), { ...settings(), SENTINELS });
    expect(readFileSync(join(backups, 'sentinels/new/redis.rdb'), 'latin1')).toMatch(/^REDIS[^]*marker-of-the-backup/);
  });

  it('is missed loudly', async () => {
    const settled = run('backup-redis.sh', join(backups, 'lost/new'), { ...settings(), SENTINELS: '127.0.0.1:1' });
    await expect(settled).rejects.toThrow('no sentinel says where the primary');
  });
});

describe('the database', () => {
  let server: MariaDbServer;
  const settings = () => ({
    HOSTS: `127.0.0.1:1 127.0.0.1`,
    PORT: server.administrator.port,
    LOGIN: 'backup',
    PASSWORD_FILE: inDirectory('password'),
    CA_FILE: '',
    KEEP: 2,
  });

  beforeAll(async () => {
    server = new MariaDbServer({
      directory: inDirectory('mariadb'),
      port: await findFreePorts(1),
      pidFile: inDirectory('mariadb.pid'),
      logFile: inDirectory('mariadb.log'),
    });
    await server.start();
    const connection = await connectAsAdministrator(server.administrator);
    await connection.query('CREATE DATABASE strongroom_secrets');
    await connection.query('CREATE TABLE strongroom_secrets.secret (name VARCHAR(99) PRIMARY KEY)');
    await connection.query("INSERT INTO strongroom_secrets.secret VALUES ('shop/db')");
    await connection.query('CREATE DATABASE others');
    await connection.query(`CREATE USER backup@'%' IDENTIFIED BY '${PASSWORD}'`);
    await connection.query(GRANTS);
    await connection.end();
  });
  afterAll(() => server.stop());

  it('is dumped from the first node that answers, beside the journal, and old backups go', async () => {
    const old = ['2026-01-01T000000Z', '2026-01-02T000000Z'];
    for (const name of [...old, 'new', 'not-a-backup']) mkdirSync(join(backups, name), { recursive: true });
    const { stdout } = await run('backup-database.sh', backups, settings());
    const made = stdout.trim();
    const dump = readFileSync(join(made, 'database.sql'), 'utf8');
    expect(dump).toContain('INSERT INTO `secret` VALUES');
    expect(dump).toContain('shop/db');
    expect(dump).not.toContain('others');
    expect(existsSync(join(made, 'redis.rdb'))).toBe(true);
    expect(readdirSync(backups).filter((name) => /^\d|^n/.test(name))).toEqual([
      old[1],
      made.slice(backups.length + 1),
      'not-a-backup',
    ]);
  });

  it('needs no more rights than the docs say', () => {
    expect(readFileSync(join(projectRoot, 'docs/kubernetes.md'), 'utf8')).toContain(`${GRANTS};`);
  });

  it('is missed loudly, and what there is is not taken for a backup', async () => {
    mkdirSync(join(backups, 'new'), { recursive: true });
    const before = readdirSync(backups);
    await expect(run('backup-database.sh', backups, { ...settings(), HOSTS: '127.0.0.1:1' })).rejects.toThrow('no node');
    expect(readdirSync(backups)).toEqual(before);
  });
});
