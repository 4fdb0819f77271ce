import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CertificateAuthority, LocalCluster } from '@strongroom/local-cluster';
import { temporaryDirectory } from '@strongroom/testing';
import { Decrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { run } from '../../../cli/src/testing/cli-harness.testing';
import { environmentOf } from '../support/cli';
import { BESIDE_THE_CORE, System, text } from '../support/system';

// What an operator does on the cluster's machine: find what is broken, back up, check the backup, lose everything, restore.

jest.setTimeout(240_000);

const directory = temporaryDirectory('cli-cluster');
const backup = join(directory.path, 'backup');
let system: System;
let env: Record<string, string>;

beforeAll(async () => {
  system = await System.own();
  env = { ...environmentOf(system.cluster, system.admin.credentials), STRONGROOM_HOME: system.cluster.home };
});
afterAll(async () => {
  await system?.stop();
  directory.remove();
});

interface Diagnosis {
  healthy: boolean;
  findings: { severity: string; subject: string; finding: string; remedy?: string }[];
}

const diagnose = async (more: Record<string, string> = {}): Promise<{ code: number; problems: string[] }> => {
  const { code, out } = await run(['doctor', '--output', 'json', '--timeout', '3'], { env: { ...env, ...more } });
  const { findings } = JSON.parse(out) as Diagnosis;
  return {
    code,
    problems: findings.filter(({ severity }) => severity === 'problem').map(({ subject, finding }) => `${subject}: ${finding}`),
  };
};

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );

it('says what is broken', async () => {
  const { cluster } = system;
  expect(await diagnose()).toEqual({ code: 0, problems: [] });

  await cluster.kill('rotation-worker');
  expect(await diagnose()).toEqual({
    code: 7,
    problems: [`rotation-worker ${cluster.endpoint('rotation-worker')}: It cannot be reached: nothing listens there.`],
  });
  await cluster.startComponent('rotation-worker');

  await cluster.kill('redis');
  expect((await diagnose()).problems).toContain(`redis :${cluster.basePort + 1}: It does not answer.`);
  await cluster.startComponent('redis');

  const key = join(cluster.home, 'secrets', 'keys-root.key');
  const { mode } = statSync(key);
  chmodSync(key, 0o644);
  expect((await diagnose()).problems).toEqual([`${key}: Others can reach it (mode 0644).`]);
  chmodSync(key, mode);
  const foreign = join(directory.path, 'foreign-ca.crt');
  writeFileSync(foreign, (await CertificateAuthority.create('another CA')).pem);
  expect((await diagnose({ STRONGROOM_TLS_CA_FILE: foreign })).problems.join()).toContain('does not vouch');
});

it('backs up a cluster, verifies the backup, and restores it', async () => {
  const { cluster, admin } = system;
  const names: string[] = [];
  for (let at = 0; at < 5; at++) names.push(await system.secret(`value ${at}`, 'kept'));
  await admin.secrets.putSecretValue({ secretId: names[0]!, value: text('newer value') });
  const identity = await generateIdentity();
  const recipient = await identityToRecipient(identity);
  const identityFile = join(directory.path, 'identity.txt');
  writeFileSync(identityFile, `# of a test\n${identity}\n`, { mode: 0o600 });

  expect(await run(['cluster', 'backup', backup, '--with-root-keys'], { env })).toMatchObject({ code: 2 });
  const made = await run(['cluster', 'backup', backup, '--with-root-keys', '--recipient', recipient, '-o', 'json'], { env });
  expect(made).toMatchObject({ code: 0 });
  const { rows } = JSON.parse(made.out) as { rows: Record<string, number> };
  expect(rows['strongroom_secrets.secret']).toBeGreaterThanOrEqual(5);
  expect(readdirSync(directory.path).filter((name) => name.includes('partial'))).toEqual([]);

  // Nothing in it opens a root key, unless one has the identity; nobody else reads it.
  const rootKeys = ['keys-root.key', 'identity-root.key'].map((name) =>
    readFileSync(join(cluster.home, 'secrets', name), 'utf8').trim(),
  );
  const files = filesBelow(backup);
  for (const file of files) {
    const content = readFileSync(file, 'latin1');
    expect([file, rootKeys.filter((key) => content.includes(key))]).toEqual([file, []]);
    expect([file, statSync(file).mode & 0o077]).toEqual([file, 0]);
  }
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const opened = await decrypter.decrypt(readFileSync(join(backup, 'root-keys', 'keys-root.key.age')), 'text');
  expect(opened.trim()).toBe(rootKeys[0]);
  expect(await run(['cluster', 'backup', backup], { env })).toMatchObject({
    code: 1,
    err: expect.stringContaining('is not empty'),
  });

  const verified = await run(['cluster', 'backup-verify', backup, '--identity', identityFile, '-o', 'json'], { env });
  expect(verified).toMatchObject({ code: 0 });
  const verdict = JSON.parse(verified.out) as { good: boolean; read: number; trail: { valid: boolean } };
  expect(verdict).toMatchObject({ good: true, trail: { valid: true } });
  expect(verdict.read).toBeGreaterThanOrEqual(5);

  // A byte that changed is noticed before anything is done.
  const damaged = join(directory.path, 'damaged');
  cpSync(backup, damaged, { recursive: true });
  const dump = readFileSync(join(damaged, 'database.sql.gz'));
  dump[dump.length >> 1]! ^= 1;
  writeFileSync(join(damaged, 'database.sql.gz'), dump);
  const refused = await run(
    ['cluster', 'restore', damaged, '--identity', identityFile, '--home', join(directory.path, 'other')],
    { env },
  );
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('its digest differs') });
  expect(existsSync(join(directory.path, 'other'))).toBe(false);

  const restore = ['cluster', 'restore', backup, '--identity', identityFile];
  expect(await run([...restore, '--yes'], { env })).toMatchObject({ code: 1, err: expect.stringContaining('Stop it first') });
  await cluster.stop();
  expect(await run(restore, { env })).toMatchObject({ code: 2, err: expect.stringContaining('has a cluster with data') });
  expect(await run(['cluster', 'restore', backup, '--yes'], { env })).toMatchObject({
    code: 1,
    err: expect.stringContaining('opens a root key'),
  });
  rmSync(cluster.home, { recursive: true });
  expect(await run(restore, { env })).toMatchObject({ code: 0 });

  const again = await LocalCluster.start({ home: cluster.home, basePort: cluster.basePort, without: BESIDE_THE_CORE });
  const api = new System(again, async () => {}).admin;
  const values = await Promise.all(
    names.map(async (secretId) => (await api.secrets.getSecretValue({ secretId })).value?.value?.value),
  );
  expect(values).toEqual(['newer value', 'value 1', 'value 2', 'value 3', 'value 4']);
  expect(await api.audit.verifyTrail()).toMatchObject({ valid: true });
  api.close();
});
