import { closeSync, existsSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, temporaryDirectory, VaultServer } from '@strongroom/testing';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { Api } from './support/api';
import { everything, policy } from './support/policies';
import { binary, System, text, unique } from './support/system';
import { callerEnvironment, COUNT, type Ended, everySecret, listed, RunningCommand, times } from './support/transfers';

const TOKEN = 'token-of-the-stand-in';
/** A few secrets would be moved before anybody could interrupt it. */
const PACE = COUNT < 1_000 ? ['--rate', '150'] : [];

jest.setTimeout(120_000 + COUNT * 200);

interface Account {
  accountId: string;
  api: Api;
  env: Record<string, string>;
}

let system: System;
const directory = temporaryDirectory('transfer');
const path = (name: string) => join(directory.path, name);
const running = new Set<RunningCommand>();

beforeAll(async () => {
  system = await System.shared();
});
afterEach(() => {
  for (const { child } of running) child.kill('SIGKILL');
  running.clear();
});
afterAll(async () => {
  directory.remove();
  await system?.stop();
});

const account = async (): Promise<Account> => {
  const { accountId, api, certificate } = await system.account();
  return { accountId, api, env: callerEnvironment(system.cluster, certificate) };
};
const start = (args: readonly string[], env: Record<string, string>): RunningCommand => {
  const command = new RunningCommand(args, env);
  running.add(command);
  return command;
};
const run = (args: readonly string[], env: Record<string, string>) => start(args, env).ended;
const key = async (name: string) => {
  const identity = await generateX25519Identity();
  writeFileSync(path(name), `${identity}\n`);
  return { file: path(name), recipient: await identityToRecipient(identity) };
};
const isAbout = (secret: { name: string }, prefix: string) => secret.name.startsWith(prefix);

/** Starts a command, ends it when a part of its work is done, and starts it again. */
const withAKill = async (args: readonly string[], { api, env }: Account, prefix: string, signal: NodeJS.Signals = 'SIGKILL') => {
  const began = performance.now();
  const first = start([...args, ...PACE], env);
  const some = await eventually(
    'a part is imported',
    async () => {
      const done = (await listed(api)).filter((secret) => isAbout(secret, prefix)).length;
      return done > COUNT / 5 && done;
    },
    60_000 + COUNT * 20,
  );
  first.child.kill(signal);
  const killed = await first.ended;
  const left = (await listed(api)).filter((secret) => isAbout(secret, prefix)).length;
  expect(left).toBeGreaterThanOrEqual(some);
  expect(left).toBeLessThan(COUNT);
  const second = await run([...args, ...PACE], env);
  const seconds = (performance.now() - began) / 1000;
  return { killed, second, left, seconds };
};

/** What had been sent when the first one was killed may have been written after it was counted. */
const requireGoingOn = ({ code, err }: Ended, left: number): void => {
  expect({ code, err }).toMatchObject({ code: 0, err: expect.stringMatching(/^\d+ the same, \d+ new\.$/m) });
  const [same, added] = /^(\d+) the same, (\d+) new\.$/m.exec(err)!.slice(1).map(Number) as [number, number];
  expect(same).toBeGreaterThanOrEqual(left);
  expect(same + added).toBe(COUNT);
  expect(err).toContain(`\n${added} imported.\n`);
};

const requireExactlyOnce = async (api: Api, prefix: string, valueOf: (name: string) => string): Promise<void> => {
  const secrets = (await listed(api)).filter((secret) => isAbout(secret, prefix));
  expect(secrets.length).toBe(COUNT);
  expect(new Set(secrets.map(({ name }) => name)).size).toBe(COUNT);
  await times(COUNT, async (n) => {
    const { name } = secrets[n]!;
    const { versions } = await api.secrets.listSecretVersionIds({ secretId: name, includeDeprecated: true });
    const { value } = await api.secrets.getSecretValue({ secretId: name });
    expect([name, versions.length, value]).toEqual([name, 1, text(valueOf(name))]);
  });
};
const report = (what: string, seconds: number): void => {
  if (COUNT >= 1_000)
    console.log(`${what}: ${COUNT} secrets in ${seconds.toFixed(1)} s, ${(COUNT / seconds).toFixed(0)} a second`);
};

it('brings back from an export what was destroyed: values, versions, labels, tags, policies, keys', async () => {
  const { accountId, api, env } = await account();
  const { secrets } = api;
  const { keyMetadata } = await api.keys.createKey();
  const id = (n: number) => `version-${n}-${'x'.repeat(30)}`;
  await secrets.createSecret({
    name: 'app/db',
    description: 'of the shop',
    kmsKeyId: keyMetadata!.arn,
    clientRequestToken: id(1),
    value: text('canary one'),
    tags: [
      { key: 'team', value: 'shop' },
      { key: 'empty', value: '' },
    ],
  });
  for (const n of [2, 3, 4])
    await secrets.putSecretValue({ secretId: 'app/db', clientRequestToken: id(n), value: text(`canary ${n}`) });
  await secrets.putSecretValue({
    secretId: 'app/db',
    clientRequestToken: id(5),
    value: binary(Buffer.from([0, 255, 10])),
    versionStages: ['blue', 'AWSPENDING'],
  });
  const resourcePolicy = policy({
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: 'secretsmanager:*',
    Resource: '*',
  });
  await secrets.putResourcePolicy({ secretId: 'app/db', resourcePolicy });
  await secrets.createSecret({ name: 'app/empty', description: 'without a value' });
  await secrets.createSecret({ name: 'app/plain', value: text('x'), clientRequestToken: id(6) });
  await secrets.createSecret({ name: 'other', value: text('not asked for'), clientRequestToken: id(7) });
  const before = await everySecret(api);

  const { file: identity, recipient } = await key('identity');
  const file = path('export.age');
  const exported = await run(['export', 'app/', '--to', file, '--recipient', recipient], env);
  expect(exported).toMatchObject({ code: 0, out: '', err: expect.stringContaining(`3 secrets, 6 versions in ${file}.`) });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file).includes('canary')).toBe(false);

  for (const secretId of ['app/db', 'app/empty', 'app/plain'])
    await secrets.deleteSecret({ secretId, forceDeleteWithoutRecovery: true });
  const stranger = await key('stranger');
  const cases: [string, string, number][] = [
    [stranger.file, file, 4],
    [identity, path('cut.age'), 2],
    [identity, path('foreign.age'), 2],
  ];
  writeFileSync(path('cut.age'), readFileSync(file).subarray(0, -20));
  writeFileSync(path('foreign.age'), 'hello');
  for (const [identityFile, source, code] of cases) {
    expect(await run(['import', source, '--identity', identityFile, '--yes'], env)).toMatchObject({ code, out: '' });
  }
  expect(Object.keys(await everySecret(api))).toEqual(['other']);

  const command = ['import', '--identity', identity, file];
  const dry = await run([...command, '--dry-run'], env);
  expect(dry).toMatchObject({ code: 0, err: '3 new.\n' });
  expect(Object.keys(await everySecret(api))).toEqual(['other']);
  expect(await run(command, env)).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
  expect(await run([...command, '--yes'], env)).toMatchObject({ code: 0, err: expect.stringContaining('3 imported.') });
  expect(await everySecret(api)).toEqual(before);
  expect(await run(command, env)).toMatchObject({ code: 0, err: expect.stringContaining('3 the same.') });

  // As an interrupted import would have left it: without the older versions, or with the label that holds them meanwhile.
  await secrets.deleteSecret({ secretId: 'app/db', forceDeleteWithoutRecovery: true });
  await secrets.createSecret({
    name: 'app/db',
    description: 'of the shop',
    kmsKeyId: keyMetadata!.arn,
    tags: [
      { key: 'team', value: 'shop' },
      { key: 'empty', value: '' },
    ],
  });
  await secrets.putSecretValue({ secretId: 'app/db', clientRequestToken: id(4), value: text('canary 4') });
  await secrets.putSecretValue({
    secretId: 'app/db',
    clientRequestToken: id(1),
    value: text('canary one'),
    versionStages: ['strongroom:importing'],
  });
  const resumed = await run([...command, '--yes'], env);
  expect(resumed).toMatchObject({ code: 0, err: expect.stringMatching(/incomplete +app\/db: .*3 versions.*\n1 imported/s) });
  expect(await everySecret(api)).toEqual(before);
});

it('asks what to do about secrets that differ, and never shows a value', async () => {
  const { api, env } = await account();
  const file = path('secrets.csv');
  writeFileSync(file, 'name,value,tag:team\na,canary-1,x\nb,canary-2,\nbad name,canary-3,\n');
  expect(await run(['import', file, '--yes'], env)).toMatchObject({
    code: 7,
    out: expect.stringMatching(/^refused\tbad name\t.*--rename could have: \^bad name\$ => bad-name\n$/),
  });
  writeFileSync(file, 'name,value,tag:team\na,canary-4,y\nb,canary-2,\nc,canary-5,\n');
  const failed = await run(['import', file, '--yes'], env);
  expect(failed).toMatchObject({ code: 6, err: expect.stringMatching(/changed +a: value; tags\n/) });
  expect(Object.keys(await everySecret(api)).sort()).toEqual(['a', 'b']);
  const skipped = await run(['import', file, '--yes', '--on-conflict', 'skip'], env);
  expect(skipped.code).toBe(0);
  expect((await api.secrets.getSecretValue({ secretId: 'a' })).value).toEqual(text('canary-1'));
  const updated = await run(['import', file, '--yes', '--on-conflict', 'update', '--output', 'json'], env);
  expect(JSON.parse(updated.out)).toMatchObject({ imported: 1, failed: [], left: 0, summary: { changed: 1, same: 2 } });
  const { value, versionStages } = await api.secrets.getSecretValue({ secretId: 'a' });
  expect([value, versionStages]).toEqual([text('canary-4'), ['AWSCURRENT']]);
  const { tags, versionIdsToStages } = await api.secrets.describeSecret({ secretId: 'a' });
  expect([tags, Object.keys(versionIdsToStages).length]).toEqual([[{ key: 'team', value: 'y' }], 2]);
  for (const { out, err } of [failed, skipped, updated]) expect(out + err).not.toContain('canary');
});

it('writes plaintext into a pipe alone', async () => {
  const { api, env } = await account();
  await api.secrets.createSecret({ name: 'a', value: text('canary') });
  const file = path('plain.json');
  const target = openSync(file, 'w');
  const redirected = new RunningCommand(['export', '--plaintext', '--yes'], env, ['ignore', target, 'pipe']);
  closeSync(target);
  expect(await redirected.ended).toMatchObject({ code: 4 });
  expect(readFileSync(file, 'utf8')).toBe('');
  expect(await run(['export', '--plaintext', '--yes', '--to', path('other.json')], env)).toMatchObject({ code: 4, out: '' });
  expect(existsSync(path('other.json'))).toBe(false);
  expect(await run(['export', '--plaintext'], env)).toMatchObject({ code: 2, out: '' });
  const piped = await run(['export', '--plaintext', '--yes'], env);
  const [, , version] = piped.out.split('\n').map((line) => (line === '' ? {} : (JSON.parse(line) as { version?: object })));
  expect(version).toMatchObject({ version: { secretString: 'canary', labels: ['AWSCURRENT'] } });
});

it('imports from Vault exactly once, although it is killed in the middle', async () => {
  const target = await account();
  const server = await new VaultServer({ token: TOKEN }).start();
  try {
    const valueOf = (name: string) => `{"name":"${name}","n":12345678901234567890}`;
    for (let n = 0; n < COUNT; n++) server.put(`app${n % 7}/secret-${n}`, valueOf(`app${n % 7}/secret-${n}`), { n: `${n}` });
    const env = { ...target.env, VAULT_ADDR: server.address, VAULT_TOKEN: TOKEN };
    const { killed, second, left, seconds } = await withAKill(['import', 'vault', '--yes'], { ...target, env }, 'app');
    expect(killed.signal).toBe('SIGKILL');
    requireGoingOn(second, left);
    await requireExactlyOnce(target.api, 'app', valueOf);
    report('Vault', seconds);
    const { tags } = await target.api.secrets.describeSecret({ secretId: 'app0/secret-0' });
    expect(tags).toEqual([{ key: 'n', value: '0' }]);
  } finally {
    await server.stop();
  }
});

it("imports from AWS's API, played by another account, exactly once, although it is killed in the middle", async () => {
  const [source, target] = [await account(), await account()];
  const user = await system.user('exporter', everything, source.api);
  const { accessKey, secretAccessKey } = await source.api.identity.createAccessKey({ userName: user.name });
  await times(COUNT, async (n) => {
    await source.api.secrets.createSecret({
      name: `aws/${n}`,
      value: text(`value of aws/${n}`),
      tags: [{ key: 'n', value: `${n}` }],
    });
  });
  const env = {
    ...target.env,
    AWS_ENDPOINT_URL: `https://${system.cluster.endpoint('aws-gateway')}`,
    AWS_REGION: system.cluster.region,
    AWS_CA_BUNDLE: system.cluster.adminCertificate.caFile,
    AWS_ACCESS_KEY_ID: accessKey!.accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
  const { second, left, seconds } = await withAKill(['import', 'aws', 'aws/', '--yes'], { ...target, env }, 'aws/');
  requireGoingOn(second, left);
  await requireExactlyOnce(target.api, 'aws/', (name) => `value of ${name}`);
  report("AWS's API", seconds);
  const [there, here] = await Promise.all(
    [source, target].map(async ({ api }) => (await api.secrets.getSecretValue({ secretId: 'aws/0' })).versionId),
  );
  expect(here).toBe(there);
});

it('finishes the secrets that it is writing when it is told to end, and the journal names them', async () => {
  const target = await account();
  const file = path('many.csv');
  const journal = path('journal');
  writeFileSync(file, `name,value\n${Array.from({ length: COUNT }, (_, n) => `many/${n},value of many/${n}`).join('\n')}\n`);
  const { killed, second, left } = await withAKill(
    ['import', file, '--yes', '--journal', journal, '--concurrency', '4'],
    target,
    'many/',
    'SIGINT',
  );
  expect(killed).toMatchObject({ code: 130, err: expect.stringContaining(`${left} imported, ${COUNT - left} left.`) });
  expect(second).toMatchObject({ code: 0, err: expect.stringContaining(`${left} in the journal, ${COUNT - left} new.`) });
  expect(readFileSync(journal, 'utf8').trim().split('\n').length).toBe(COUNT);
  await requireExactlyOnce(target.api, 'many/', (name) => `value of ${name}`);
});

it('makes one version of what two imports bring at the same time', async () => {
  const { api, env } = await account();
  const file = path('same.json');
  const names = Array.from({ length: 40 }, (_, n) => unique(`same/${n}`));
  const write = (value: string) => writeFileSync(file, JSON.stringify(Object.fromEntries(names.map((name) => [name, value]))));
  const both = () => Promise.all([1, 2].map(() => run(['import', file, '--yes', '--on-conflict', 'update'], env)));
  const versions = async () => {
    const all = await Promise.all(
      names.map((secretId) => api.secrets.listSecretVersionIds({ secretId, includeDeprecated: true })),
    );
    return new Set(all.map((each) => each.versions.length));
  };
  write('one');
  expect((await both()).map(({ code }) => code)).toEqual([0, 0]);
  expect(await versions()).toEqual(new Set([1]));
  write('two');
  expect((await both()).map(({ code }) => code)).toEqual([0, 0]);
  expect(await versions()).toEqual(new Set([2]));
});
