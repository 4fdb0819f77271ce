import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { programNames, serviceNames, type DescribedCluster, type ServiceName } from '@strongroom/local-cluster';
import { eventually } from '@strongroom/testing';
import { allow } from '../support/policies';
import { entity, type RunningSystem, System, text, unique } from '../support/system';
import { verificationOf } from '../support/trail';
import { ComposeCluster } from './compose-cluster';

// One cluster lives through all of this, in this order: each test finds what the one before it left.
const compose = new ComposeCluster();
let described: DescribedCluster;
let system: RunningSystem;
const secretId = unique('kept');

jest.setTimeout(900_000);

const reach = async () => {
  described = await compose.describe();
  await system?.stop();
  system = new System(described, async () => {});
};
const verification = () => verificationOf(system.admin);
const valueOf = async (id: string) => (await system.admin.secrets.getSecretValue({ secretId: id })).value;

beforeAll(async () => {
  const start = performance.now();
  await compose.up();
  console.log(`up after ${Math.round((performance.now() - start) / 1_000)} s`);
  await reach();
});
afterAll(async () => {
  await system?.stop();
  await compose.drop();
});

describe('a cluster of containers', () => {
  it('is healthy, and its tasks have ended well', async () => {
    const states = (await compose.containers()).map(({ state, health, exitCode }) => `${state} ${health || exitCode}`);
    expect([...new Set(states)].sort()).toEqual(['exited 0', 'running healthy']);
    expect(states.filter((state) => state.startsWith('running'))).toHaveLength(programNames.length + 2);
  });

  it('answers its administrator from outside', async () => {
    const { arn } = await system.admin.tokens.getCallerIdentity();
    expect(arn).toBe('arn:aws:iam::000000000000:user/admin');
    await system.admin.secrets.createSecret({ name: secretId, value: text('worth keeping') });
    expect(await valueOf(secretId)).toEqual(text('worth keeping'));
  });

  it('shows no secret in what an engine tells of its containers', async () => {
    const keys = join(compose.folder, 'state');
    await compose.compose('cp', 'setup:/state/secrets', keys);
    const secrets = readdirSync(keys).map((file) => readFileSync(join(keys, file), 'utf8').trim());
    expect(secrets.length).toBeGreaterThan(10);
    const told = await compose.run('docker', 'inspect', ...(await compose.containers()).map(({ id }) => id));
    const logs = await compose.compose('logs', '--no-color');
    expect(secrets.filter((secret) => told.includes(secret) || logs.includes(secret))).toEqual([]);
    rmSync(keys, { recursive: true });
  });

  it.each(serviceNames)('runs %s without rights, on a file system that it cannot change', async (service) => {
    const [id] = await compose.replicas(service);
    const inside = (command: string) => compose.run('docker', 'exec', id!, 'sh', '-c', command);
    expect(await inside('id -un; grep CapEff /proc/1/status; grep NoNewPrivs /proc/1/status')).toMatch(
      /^node\nCapEff:\s+0{16}\nNoNewPrivs:\s+1\n$/,
    );
    await expect(inside('touch /app/main.js')).rejects.toThrow();
    await expect(inside('touch /run/strongroom/tls.key')).rejects.toThrow();
    expect(await inside('command -v npm npx corepack gcc make || true')).toBe('');
  });

  it('lets nobody log in as the keys schema from the network that all services share', async () => {
    const attempt = (host: string) => `
      const { createConnection } = require('mysql2/promise');
      const password = require('fs').readFileSync('/state/secrets/strongroom_keys.password', 'utf8').trim();
      createConnection({ host: '${host}', user: 'strongroom_keys', password, database: 'strongroom_keys' })
        .then((c) => c.end()).then(() => console.log('in'), (error) => console.log(error.code));`;
    const from = (host: string) =>
      compose.compose('run', '--rm', '--no-deps', '-T', '--entrypoint', 'node', 'database', '-e', attempt(host));
    expect((await from('mariadb.keys-data')).trim()).toBe('in');
    expect((await from('mariadb')).trim()).toMatch(/^ER_(ACCESS_DENIED|HOST_NOT_PRIVILEGED)/);
  });
});

describe('what an operator and a program do with it', () => {
  it('finds nothing wrong by the doctor, who asks the containers too', async () => {
    const { findings } = JSON.parse(await compose.strongroom('doctor', '--compose', '-o', 'json')) as {
      findings: { severity: string; subject: string }[];
    };
    expect(findings.filter(({ severity }) => severity === 'problem')).toEqual([]);
    const well = findings.filter(({ severity }) => severity === 'ok').map(({ subject }) => subject);
    expect(well).toEqual(
      expect.arrayContaining(['audit trail of the containers', 'versions of the containers', 'container usage-service']),
    );
  });

  it('gives a program beside an agent the present value, from one version to the next', async () => {
    const secret = await system.secret('one');
    const uri = 'spiffe://strongroom.local/app/orders';
    const { name } = await system.user('orders', allow('secretsmanager:GetSecretValue'));
    await system.admin.identity.bindCertificate({ uri, target: entity.user(name) });
    // As docs/agent.md has it; the agent's user is another one than ours.
    const certificate = await compose.compose('run', '--rm', '-T', 'setup', 'issue', uri);
    writeFileSync(join(compose.folder, 'orders.pem'), certificate);
    try {
      await compose.sidecar(secret, 'up', '--build', '--wait');
      for (const value of ['two', 'three']) {
        const { versionId } = await system.admin.secrets.putSecretValue({ secretId: secret, value: text(value) });
        await eventually(`the version of ${value}`, async () =>
          (await compose.sidecar(secret, 'logs')).includes(`200 ${versionId}`),
        );
      }
      const inside = (service: string, command: string) => compose.sidecar(secret, 'exec', '-T', service, 'sh', '-c', command);
      expect(await inside('agent', 'stat -f -c %T /run/agent; stat -c %a /run/agent/token')).toBe('tmpfs\n600\n');
      await expect(inside('orders', 'touch /run/agent/x')).rejects.toThrow('Read-only file system');
    } finally {
      await compose.sidecar(secret, 'down', '-v', '--timeout', '5');
    }
  });
});

describe('the same code as for a cluster of processes', () => {
  it('walks through the main job', async () => {
    const story = await compose.run('npm', 'run', 'demo', '--', '--environment', described.environmentFile);
    expect(story).toMatch(/StreamTrailVerification: no event was changed, added or lost/);
  });

  it('passes the system tests of callers', async () => {
    const folder = 'apps/system-tests/src';
    const suites = readdirSync(folder)
      .filter((file) => file.endsWith('.sys-spec.ts') && readFileSync(join(folder, file), 'utf8').includes('System.running()'))
      .map((file) => join(folder, file));
    expect(suites.length).toBeGreaterThan(5);
    const jest = ['node_modules/.bin/jest', '--config', 'tools/jest.config.cjs', ...suites, '--selectProjects', 'system'];
    await compose.run('env', `STRONGROOM_SYSTEM_TEST_ENVIRONMENT=${described.environmentFile}`, ...jest);
  });
});

describe('more than one of everything', () => {
  const countOf = (service: ServiceName) => (service === 'secrets-api' || service === 'audit-service' ? 3 : 2);
  const program = resolve('dist/tools/compose-load.js');

  it('runs as many replicas as it is told to', async () => {
    for (const service of serviceNames) {
      await compose.scale(service, countOf(service));
      expect(await compose.replicas(service)).toHaveLength(countOf(service));
    }
  });

  it('spreads the calls over all replicas', async () => {
    const load = await compose.startLoad(program);
    await sleep(3_000);
    const { reads, failures } = await load.stop();
    expect(failures).toEqual({});
    const served = await compose.served('secrets-api', 'GetSecretValue');
    console.log(`${reads} reads, by replica ${served.join(', ')}`);
    expect(served).toHaveLength(3);
    for (const share of served) expect(share).toBeGreaterThan(reads / 6);
  });

  it.each([
    ['secrets-api', 'stop'],
    ['secrets-api', 'kill'],
    ['crypto-keyservice', 'stop'],
    ['crypto-keyservice', 'kill'],
    ['identity-service', 'stop'],
    ['identity-service', 'kill'],
    ['audit-service', 'kill'],
    ['rotation-worker', 'kill'],
  ] as const)('drops no call when a replica of %s is gone by docker %s', async (service, how) => {
    const load = await compose.startLoad(program);
    await sleep(1_000);
    const [victim] = await compose.replicas(service);
    await compose.run('docker', how, victim!);
    await sleep(2_000);
    await compose.run('docker', 'rm', '--force', victim!);
    await compose.scale(service, countOf(service));
    await sleep(1_000);
    const report = await load.stop();
    console.log(`${how} ${service}`, report);
    expect(report.failures).toEqual({});
    expect(report.lost).toBe(0);
    expect(report.reads).toBeGreaterThan(100);
    expect(report.writes).toBeGreaterThan(10);
  });

  it('drops no call while all replicas of secrets-api and its keys and identities are replaced by another version', async () => {
    const services: ServiceName[] = ['identity-service', 'crypto-keyservice', 'secrets-api'];
    const load = await compose.startLoad(program);
    const before = await Promise.all(services.map((service) => compose.replicas(service)));
    compose.isNow('test-next');
    const start = performance.now();
    await compose.run('docker/upgrade', ...services);
    const report = await load.stop();
    console.log(`upgraded in ${Math.round((performance.now() - start) / 1_000)} s`, report);
    expect(report.failures).toEqual({});
    expect(report.lost).toBe(0);
    const after = await Promise.all(services.map((service) => compose.replicas(service)));
    services.forEach((service, i) => {
      expect(after[i]).toHaveLength(countOf(service));
      expect(after[i]!.filter((id) => before[i]!.includes(id))).toEqual([]);
    });
  });

  it('has one chain of events in the end, with all of them', async () => {
    await reach();
    expect(await verification()).toMatchObject({ valid: true, findings: [] });
  });
});

describe('data', () => {
  const backup = mkdtempSync(join(tmpdir(), 'strongroom-backup-'));
  afterAll(() => rmSync(backup, { recursive: true, force: true }));

  it('outlives the containers', async () => {
    await compose.compose('down', '--timeout', '10');
    await compose.up();
    await reach();
    expect(await valueOf(secretId)).toEqual(text('worth keeping'));
  });

  it('is there again after all was destroyed, from a backup made while calls went on', async () => {
    const load = await compose.startLoad(resolve('dist/tools/compose-load.js'));
    await sleep(1_000);
    await compose.strongroom('cluster', 'backup', backup, '--compose');
    expect((await load.stop()).failures).toEqual({});
    const sql = readFileSync(join(backup, 'database.sql'), 'latin1');
    expect(sql).not.toContain('worth keeping');
    // Into a cluster of processes, whose secrets are read.
    const verified = await compose.strongroom('cluster', 'backup-verify', backup, '-o', 'json');
    expect(JSON.parse(verified)).toMatchObject({ good: true, failed: [], trail: { valid: true } });

    await compose.compose('down', '-v', '--timeout', '5');
    const start = performance.now();
    await compose.strongroom('cluster', 'restore', backup, '--compose');
    console.log(`restored in ${Math.round((performance.now() - start) / 1_000)} s`);
    await reach();
    expect(await valueOf(secretId)).toEqual(text('worth keeping'));
    expect(await verification()).toMatchObject({ valid: true, findings: [] });
    const { events } = await system.admin.audit.lookupEvents({ filter: { resource: secretId, eventName: 'CreateSecret' } });
    expect(events).toHaveLength(1);
  });

  it('is never overwritten by a restore', async () => {
    const restored = compose.strongroom('cluster', 'restore', backup, '--compose');
    await expect(restored).rejects.toThrow('there is a cluster already');
    expect(existsSync(join(backup, 'keys.tar'))).toBe(true);
  });
});
