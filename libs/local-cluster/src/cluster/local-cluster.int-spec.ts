import { pollUntil } from '@strongroom/clock';
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RowDataPacket } from 'mysql2/promise';
import { LOG_BOUNDS } from '@strongroom/telemetry';
import {
  connectAsAdministrator,
  LocalCluster,
  programNames,
  redisUserNames,
  serviceNames,
  stopCluster,
  superviseCluster,
  type ProgramName,
} from '../index';
import { makeFakeDistribution } from './fake-distribution.testing';

const directory = mkdtempSync(join(tmpdir(), 'strongroom-cluster-'));
const distribution = makeFakeDistribution(directory);
const home = join(directory, 'home');
const start = (environment: Record<string, string> = {}, without: ProgramName[] = []) =>
  LocalCluster.start({ home, distribution, environment, without });
/** What a test of one program does without. */
const allBut = (...some: ProgramName[]) => programNames.filter((name) => name !== 'identity-service' && !some.includes(name));

afterAll(async () => {
  await stopCluster(home);
  rmSync(directory, { recursive: true, force: true });
});

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );

jest.setTimeout(60_000);

it('starts everything, keeps its data over restarts and kills, and leaves nothing running', async () => {
  const cluster = await start();
  const pids = cluster.components.map((component) => cluster.pid(component));
  expect(pids).not.toContain(undefined);
  expect(cluster.adminCredentials.accessKeyId).toBe('AKIAFAKE');
  expect(
    execFileSync('sh', ['-c', `. ${cluster.environmentFile}; echo $STRONGROOM_TOKEN $STRONGROOM_REGION`], { encoding: 'utf8' }),
  ).toBe('fake-token us-east-1\n');

  await cluster.kill('mariadb');
  await cluster.kill('secrets-api');
  expect(await cluster.isServing('secrets-api')).toBe(false);
  await cluster.startComponent('mariadb');
  await cluster.startService('secrets-api');
  expect(await cluster.isServing('secrets-api')).toBe(true);
  const admin = await connectAsAdministrator(cluster.database);
  const [rows] = await admin.query<RowDataPacket[]>('SELECT COUNT(*) AS visits FROM strongroom_secrets.visit');
  expect(rows).toEqual([{ visits: 2 }]);
  await admin.end();

  // Another process finds it, as long as it is whole.
  expect((await LocalCluster.attach(home))?.endpoint('audit-service')).toBe(cluster.endpoint('audit-service'));
  await cluster.kill('audit-service');
  expect(await LocalCluster.attach(home)).toBeUndefined();

  const survivor = cluster.pid('identity-service');
  const again = await start();
  expect(again.pid('identity-service')).not.toBe(survivor);
  await again.stop();
  expect(again.components.map((component) => again.pid(component)).filter(Boolean)).toEqual([]);
});

it('keeps what is secret in files that only their owner reads, and off every command line', async () => {
  const cluster = await start();
  const secret = /key$|password$|\.conf$|\.sql$|env$|credentials/;
  const open = filesBelow(home).filter((file) => secret.test(file) && (statSync(file).mode & 0o077) !== 0);
  expect(open).toEqual([]);
  expect(statSync(join(home, 'secrets')).mode & 0o777).toBe(0o700);
  const values = filesBelow(home)
    .filter((file) => /password$|root.key$/.test(file))
    .map((file) => readFileSync(file, 'utf8').trim());
  expect(values.length).toBeGreaterThan(10);
  for (const component of cluster.components) {
    const visible = ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${cluster.pid(component)}/${name}`, 'utf8')).join();
    expect(values.filter((value) => visible.includes(value))).toEqual([]);
    expect(readFileSync(`/proc/${cluster.pid(component)}/limits`, 'utf8')).toMatch(/Max core file size +0 +0/);
  }
  await cluster.stop();
});

it('never makes a root key anew, and starts nothing that it is told to leave out', async () => {
  const file = join(home, 'secrets', 'keys-root.key');
  const before = readFileSync(file, 'utf8');
  const cluster = await start({}, ['usage-service']);
  expect(cluster.components).toHaveLength(programNames.length + 1);
  expect(await cluster.isServing('usage-service')).toBe(false);
  expect((await LocalCluster.attach(home))?.components).toEqual(cluster.components);
  await cluster.stop();
  expect(readFileSync(file, 'utf8')).toBe(before);
});

it('brings up a cluster from before Redis had users, and says since when the journal has keys', async () => {
  const secrets = readdirSync(join(home, 'secrets')).filter((name) => /^(redis-|journal)/.test(name));
  // A password and its record for each user, a key for each service, and the keys of all.
  expect(secrets.length).toBe(2 * redisUserNames.length + serviceNames.length + 1);
  for (const name of secrets) rmSync(join(home, 'secrets', name));
  const passwordFile = join(home, 'redis', 'redis.password');
  const [password, before] = [readFileSync(passwordFile, 'utf8'), Date.now()];
  const cluster = await start({}, allBut());
  // Every service knew it.
  expect(readFileSync(passwordFile, 'utf8')).not.toBe(password);
  const unsignedUntil = () =>
    Number(/^unsigned-until (\d+)\n/.exec(readFileSync(join(home, 'secrets', 'journal.keys'), 'utf8'))![1]);
  const since = unsignedUntil();
  expect(since).toBeGreaterThanOrEqual(before);
  await cluster.stop();
  await (await start({}, allBut())).stop();
  expect(unsignedUntil()).toBe(since);
});

it('says which service failed and what it last logged, and takes the others down with it', async () => {
  await expect(start({ FAKE_CRASH: 'on purpose' })).rejects.toThrow(
    /ended before it was serving[\s\S]*told to crash: on purpose/,
  );
  expect(await stopCluster(home)).toBe(0);
});

it('does not touch a process that merely has the number of an old one', async () => {
  const cluster = await start({}, allBut());
  await cluster.stop();
  writeFileSync(join(home, 'run', 'secrets-api.pid'), `${process.pid}\n${process.pid} (node) S ${'1 '.repeat(18)}12345 0\n`);
  expect(await stopCluster(home)).toBe(0);
});

it('starts a crashed service again while it is watched', async () => {
  const cluster = await start({}, allBut('rotation-worker'));
  const watching = new AbortController();
  const reports: string[] = [];
  const done = superviseCluster(cluster, (line) => reports.push(line), watching.signal);
  const logs = (['rotation-worker', 'mariadb'] as const).map((component) => cluster.logFile(component));
  for (const log of logs) appendFileSync(log, `${'x'.repeat(LOG_BOUNDS.maxBytes)}\n`);
  await cluster.kill('rotation-worker');
  expect(await pollUntil(() => reports.includes('rotation-worker serves again'), 45_000, 50)).toBe(true);
  // A start sets the log of a program aside, and the watch those of servers.
  expect(await pollUntil(() => logs.every((log) => existsSync(`${log}.1`)), 10_000, 50)).toBe(true);
  watching.abort();
  await done;
  expect(await cluster.isServing('rotation-worker')).toBe(true);
  await cluster.stop();
});
