import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@strongroom/testing';
import { ConfigFile } from './config-file';
import { FileStore } from './credential-store';
import { sessionOptions, sessionSource } from './session-options';

const directory = temporaryDirectory('session-options');
afterAll(() => directory.remove());

const env = { XDG_CONFIG_HOME: directory.path };
const config = ConfigFile.of(env);
const caFile = join(directory.path, 'ca.pem');
const cluster = { STRONGROOM_SECRETS_API_ADDRESS: 'env:1', STRONGROOM_TLS_CA_FILE: caFile, STRONGROOM_TOKEN: 'token' };

beforeAll(async () => {
  writeFileSync(caFile, 'the CA');
  for (const name of ['standing', 'other', 'out']) {
    const state = name === 'out' ? { signedOut: true as const } : { store: 'file' as const };
    const addresses = { secrets: `${name}:1`, identity: `${name}:2` };
    await config.put(name, { addresses, caFile, signIn: { method: 'token' }, ...state });
  }
  await new FileStore(config.directory).write('standing', { session: { token: 'of standing' } });
});

it.each([
  ['--profile', { profile: 'other' }, { ...cluster, STRONGROOM_PROFILE: 'standing' }, 'other'],
  ['STRONGROOM_PROFILE', {}, { ...cluster, STRONGROOM_PROFILE: 'other' }, 'other'],
  ['the variables of a cluster', {}, cluster, undefined],
  ['the default profile', {}, {}, 'standing'],
  ['the default profile, as empty variables say nothing', {}, { STRONGROOM_PROFILE: '', STRONGROOM_TOKEN: '' }, 'standing'],
])('follows %s', async (_, flags, more, name) => {
  const source = await sessionSource(flags, { ...env, ...more });
  expect(source).toMatchObject(name === undefined ? { kind: 'environment' } : { kind: 'profile', name });
});

it('calls the cluster of a profile with the session in its store', async () => {
  const { token, ...options } = await sessionOptions({ timeout: 3_000 }, env);
  const addresses = { secrets: 'standing:1', identity: 'standing:2' };
  expect(options).toEqual({ addresses, tls: { ca: 'the CA' }, name: 'cli', timeoutMs: 3_000 });
  expect(await (token as () => Promise<unknown>)()).toMatchObject({ token: 'of standing' });
});

it('says whose session is over, and what to do', async () => {
  const { token } = await sessionOptions({ profile: 'other' }, env);
  await expect((token as () => Promise<unknown>)()).rejects.toMatchObject({
    exitCode: 4,
    hint: 'Sign in again with `strongroom login --profile other`.',
  });
  await expect(sessionOptions({ profile: 'out' }, env)).rejects.toMatchObject({
    message: 'The profile out is signed out.',
    exitCode: 4,
  });
});

it('takes half an environment for a mistake, and does not call another cluster', async () => {
  await expect(sessionOptions({}, { ...env, STRONGROOM_TOKEN: 'token' })).rejects.toMatchObject({
    message: 'the configuration is not valid: STRONGROOM_TLS_CA_FILE: must be set',
    exitCode: 2,
  });
  const { STRONGROOM_SECRETS_API_ADDRESS: _, ...rest } = cluster;
  await expect(sessionOptions({}, { ...env, ...rest })).rejects.toThrow('STRONGROOM_SECRETS_API_ADDRESS: must be set');
});

it('says what to do where nothing says which cluster', async () => {
  await expect(sessionOptions({}, { XDG_CONFIG_HOME: '/nowhere' })).rejects.toMatchObject({
    message: 'Nothing says which cluster to call.',
    hint: expect.stringContaining('strongroom login'),
    exitCode: 2,
  });
});
