import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scanForCanaries, temporaryDirectory } from '@strongroom/testing';
// A program to test, and no library, which is all that the rule objects to.

import { run, type TerminalOptions } from '../../cli/src/testing/cli-harness.testing';
import { everything } from './support/policies';
import { type RunningSystem, System, text, unique } from './support/system';

jest.setTimeout(120_000);

let system: RunningSystem;
const directory = temporaryDirectory('cli');
const env = { XDG_CONFIG_HOME: directory.path };
const configuration = join(directory.path, 'strongroom');
/** Everything that was printed where no value belongs. */
let said = '';

beforeAll(async () => {
  system = await System.running();
  expect(await cli('login --store file --env-file', [system.cluster.environmentFile])).toMatchObject({ code: 0 });
});
afterAll(async () => {
  directory.remove();
  await system?.stop();
});

const cli = async (words: string, more: readonly string[] = [], options: TerminalOptions = {}) => {
  const result = await run([...words.split(' '), ...more], { env, ...options });
  said += result.err;
  return result;
};
const out = async (words: string, ...more: string[]) => {
  const { code, out, err } = await cli(words, more);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
};
const canary = (what: string) => `canary-${what}-${randomBytes(9).toString('hex')}`;

it('creates a secret, changes one field, compares, goes back, deletes and restores', async () => {
  const name = unique('cli');
  const [first, second] = [canary('first'), canary('second')];
  const value = (password: string) => `{"user":"app","password":"${password}"}`;

  const created = await cli(`set ${name} --description of-the-shop --tag of=${name}`, [], { stdin: value(first) });
  expect(created).toMatchObject({ code: 0, out: '', err: expect.stringMatching(`^Created ${name}: version `) });
  expect(await cli(`set ${name} --key password`, [], { stdin: `${second}\n` })).toMatchObject({ code: 0 });
  expect(await out('get', name)).toBe(value(second));

  const [previous, field, difference, listed, history, described] = await Promise.all([
    out('get --key password --stage AWSPREVIOUS', name),
    out('get --query versionStages', name),
    out('diff', name),
    out(`ls --tag of=${name}`),
    out('history', name),
    out('describe --query', '[name, description, tags[0].value]', name),
  ]);
  expect(previous).toBe(first);
  expect(field).toBe('AWSCURRENT\n');
  expect(difference).toBe('~\tpassword\tchanged\n');
  expect(listed).toMatch(new RegExp(`^${name}\t.+Z\tof-the-shop\n$`));
  expect(history.split('\n').map((line) => line.split('\t')[3])).toEqual(['AWSCURRENT', 'AWSPREVIOUS', undefined]);
  expect(described).toBe(`${name}\nof-the-shop\n${name}\n`);

  expect((await cli('label', [name, 'AWSCURRENT', 'AWSPREVIOUS'])).code).toBe(0);
  expect(await out('get --key password', name)).toBe(first);

  expect(await cli('rm --recovery-window 7', [name])).toMatchObject({ code: 0, err: expect.stringContaining('brings it back') });
  expect(await cli('get', [name])).toMatchObject({ code: 6, out: '' });
  expect((await cli('restore', [name])).code).toBe(0);
  expect(await out('get', name)).toBe(value(first));

  expect(await cli('rm --force-delete-without-recovery', [name])).toMatchObject({
    code: 2,
    err: expect.stringContaining('--yes'),
  });
  expect(await out('get', name)).toBe(value(first));
  expect((await cli('rm --force-delete-without-recovery --yes', [name])).code).toBe(0);
  expect(await cli('get', [name])).toMatchObject({ code: 3, out: '' });

  expect(said).not.toContain('canary-');
  expect(await scanForCanaries([configuration], [first, second])).toEqual([]);
});

it('takes over the label that a killed command has left', async () => {
  const name = await system.secret('{"user":"app","password":"old"}');
  const draft = text('{"user":"app","password":"of the killed one"}');
  await system.admin.secrets.putSecretValue({ secretId: name, value: draft, versionStages: ['strongroom-draft'] });
  expect((await cli('set --key user', [name], { stdin: 'mine' })).code).toBe(0);
  expect(await out('get', name)).toBe('{"user":"mine","password":"old"}');
  const { versionIdsToStages } = await system.admin.secrets.describeSecret({ secretId: name });
  const labels = Object.values(versionIdsToStages).flatMap(({ stages }) => stages);
  expect(labels.sort()).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
});

it('edits a value in memory, and keeps policies and tags', async () => {
  const name = await system.secret('open sesame');
  const editor = join(directory.path, 'editor');
  writeFileSync(editor, '#!/bin/sh\nsed -i s/sesame/barley/ "$1"\n');
  chmodSync(editor, 0o755);
  const left = () => readdirSync('/dev/shm').filter((file) => file.startsWith('strongroom-edit-'));
  const before = left();
  expect(await cli('edit', [name], { env: { ...env, EDITOR: editor } })).toMatchObject({ code: 0 });
  expect(left()).toEqual(before);
  expect(await out('get', name)).toBe('open barley');

  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
  };
  const stdin = JSON.stringify(policy);
  expect(await cli('policy put --block-public-policy', [name], { stdin })).toMatchObject({
    code: 6,
    err: expect.stringContaining('PublicPolicyException'),
  });
  expect((await cli('policy put', [name], { stdin })).code).toBe(0);
  expect(JSON.parse(await out('policy get', name))).toEqual(policy);
  expect((await cli('policy rm --yes', [name])).code).toBe(0);
  expect((await cli('policy get', [name])).code).toBe(3);

  expect((await cli('tag', [name, 'team=shop', 'tier=1'])).code).toBe(0);
  expect((await cli('untag', [name, 'tier'])).code).toBe(0);
  expect(await out('describe --query', 'tags[].[key, value]', name)).toBe('team\nshop\n');
});

describe('a profile', () => {
  const credentialFile = join(configuration, 'credentials/key.json');
  const held = () =>
    JSON.parse(readFileSync(credentialFile, 'utf8')) as {
      secretAccessKey: string;
      session: { token: string; accessKeyId: string };
    };

  it('of an access key begins sessions, renews one that is over, and ends the last one', async () => {
    const user = await system.user('cli', everything);
    const { accessKey, secretAccessKey } = await system.admin.identity.createAccessKey({ userName: user.name });
    const { accessKeyId } = accessKey!;
    const stdin = `${secretAccessKey}\n`;
    const login = [
      'login',
      '--profile',
      'key',
      '--store',
      'file',
      '--env-file',
      system.cluster.environmentFile,
      '--access-key-id',
    ];
    const wrong = await run([...login, accessKeyId], { env, stdin: `${'x'.repeat(40)}\n` });
    expect(wrong).toMatchObject({ code: 4, err: expect.not.stringContaining('xxxx') });
    expect(await out('profile ls --query', '[].name')).not.toContain('key');

    expect(await run([...login, accessKeyId], { env, stdin })).toMatchObject({
      code: 0,
      err: expect.stringContaining(user.arn),
    });
    expect(await out('whoami --profile key --query arn')).toBe(`${user.arn}\n`);
    expect([statSync(credentialFile).mode & 0o777, held().secretAccessKey]).toEqual([0o600, secretAccessKey]);
    const first = held().session;
    const { token } = first;
    const config = readFileSync(join(configuration, 'config.yaml'), 'utf8');
    expect(config).toContain(accessKeyId);
    for (const secret of [secretAccessKey, token]) {
      expect(config).not.toContain(secret);
      expect(await out('profile show key --output json')).not.toContain(secret);
    }

    await user.api.tokens.revokeSessions({ sessions: { $case: 'accessKeyId', value: first.accessKeyId } });
    expect(await out('whoami --profile key --query arn')).toBe(`${user.arn}\n`);
    expect(held().session.token).not.toBe(token);

    const last = held().session.token;
    expect((await cli('logout --profile key')).code).toBe(0);
    expect(await cli('whoami --profile key')).toMatchObject({ code: 4, err: expect.stringContaining('signed out') });
    expect(await run(['whoami'], { env: { ...env, ...variablesWith(last) } })).toMatchObject({ code: 4 });
  });

  it('of others is refused if others may read its credential', async () => {
    const user = await system.user('cli', everything);
    const { credentials } = await user.api.tokens.getSessionToken();
    const login = [
      'login',
      '--profile',
      'token',
      '--store',
      'file',
      '--env-file',
      system.cluster.environmentFile,
      '--with-token',
    ];
    expect(await run(login, { env, stdin: credentials!.sessionToken })).toMatchObject({ code: 0 });
    expect(await out('whoami --profile token --query arn')).toBe(`${user.arn}\n`);
    const file = join(configuration, 'credentials/token.json');
    chmodSync(file, 0o644);
    expect(await cli('whoami --profile token')).toMatchObject({
      code: 2,
      err: expect.stringContaining(`${file}: must have mode 0600`),
    });
    expect((await cli('profile rm token --yes')).code).toBe(0);
  });
});

/** The variables of a shell that has a token. */
const variablesWith = (token: string) => ({
  STRONGROOM_IDENTITY_ADDRESS: system.cluster.endpoint('identity-service'),
  STRONGROOM_TLS_CA_FILE: system.cluster.adminCertificate.caFile,
  STRONGROOM_TOKEN: token,
});
