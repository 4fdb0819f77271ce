import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scanForCanaries, eventually } from '@strongroom/testing';
import { outcome } from './support/api';
import { everything, trust } from './support/policies';
import { binary, System, text, unique } from './support/system';
import { eventsOf } from './support/trail';

let system: System;

beforeAll(async () => {
  system = await System.shared();
});
afterAll(() => system?.stop());

const canary = (what: string) => `canary-${what}-${randomBytes(12).toString('hex')}`;

/** Where values could have gone to: the whole home of the cluster, and what anyone on the machine can read of its processes. */
const places = (): string[] => {
  const { cluster } = system;
  const processes = cluster.components.flatMap((component) =>
    ['cmdline', 'environ'].map((name) => `/proc/${cluster.pid(component)}/${name}`),
  );
  return [cluster.home, ...processes];
};

it('leaves no value, token or key anywhere but where it belongs', async () => {
  const { secrets, identity, tokens, keys } = system.admin;
  const values = Object.fromEntries(
    ['created', 'put', 'updated', 'binary', 'refused', 'context', 'deleted'].map((what) => [what, canary(what)]),
  ) as Record<string, string>;
  const name = unique('canary');
  await secrets.createSecret({ name, value: text(values.created!) });
  await secrets.putSecretValue({ secretId: name, value: text(values.put!), versionStages: ['AWSPENDING'] });
  await secrets.updateSecret({ secretId: name, value: text(values.updated!) });
  await secrets.putSecretValue({ secretId: name, value: binary(Buffer.from(values.binary!)) });
  await secrets.batchGetSecretValue({ secretIdList: [name] });
  await secrets.getSecretValue({ secretId: name, versionStage: 'AWSPREVIOUS' });
  const tooLong = text(values.refused! + 'x'.repeat(65_536));
  expect(await outcome(secrets.putSecretValue({ secretId: name, value: tooLong }))).toMatch(/^invalid-argument/);
  const clientRequestToken = randomUUID();
  await secrets.putSecretValue({ secretId: name, clientRequestToken, value: text(values.put!) });
  expect(await outcome(secrets.putSecretValue({ secretId: name, clientRequestToken, value: text(values.refused!) }))).not.toBe(
    'ok',
  );
  const gone = unique('canary');
  await secrets.createSecret({ name: gone, value: text(values.deleted!) });
  await secrets.deleteSecret({ secretId: gone, forceDeleteWithoutRecovery: true });
  const { keyMetadata } = await keys.createKey();
  await keys.encrypt({ keyId: keyMetadata!.keyId, plaintext: Buffer.from(values.context!) });

  const { arn, name: roleName } = await system.role('canary', everything);
  const me = await tokens.getCallerIdentity();
  await identity.updateAssumeRolePolicy({ roleName, policyDocument: trust(me.arn) });
  const session = (await tokens.assumeRole({ roleArn: arn, roleSessionName: 'canary' })).credentials!;
  await outcome(system.connect({ token: session.sessionToken }).secrets.getSecretValue({ secretId: name }));
  const { name: userName } = await system.user('canary');
  const key = await identity.createAccessKey({ userName });
  const { randomPassword } = await secrets.getRandomPassword({ excludePunctuation: true });
  const random = await keys.generateDataKey({ keyId: keyMetadata!.keyId, keySpec: 1 });
  const looked = secrets.getSecretValue({ secretId: name });
  await looked;
  await eventsOf(system.admin, await looked.requestId);

  // What the search must find: a description is no secret.
  const control = canary('description');
  await secrets.updateSecret({ secretId: name, description: control });
  await eventually('the control is on disk', async () => (await scanForCanaries(places(), [control])).length > 0, 15_000, 500);

  const named = {
    ...values,
    'session token': session.sessionToken,
    'session secret': session.secretAccessKey,
    'access key': key.secretAccessKey,
    'random password': randomPassword,
    'data key': random.plaintext.toString('hex'),
  };
  const found = await scanForCanaries(places(), Object.values(named));
  expect(found.map(({ file, canary: index, form }) => `${Object.keys(named)[index]} as ${form} in ${file}`)).toEqual([]);
});

it('keeps passwords and root keys out of logs, command lines and environments', async () => {
  const { cluster } = system;
  const folder = join(cluster.home, 'secrets');
  const files = readdirSync(folder);
  expect(files).toEqual(expect.arrayContaining(['keys-root.key', 'identity-root.key', 'admin-credentials.json']));
  const contents = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  const found = await scanForCanaries([join(cluster.home, 'logs'), join(cluster.home, 'run'), ...places().slice(1)], contents);
  expect(found.map(({ file, canary: index }) => `${files[index]} in ${file}`)).toEqual([]);
});
