import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@strongroom/testing';
import { Cli } from '../../cli';
import { TestTerminal, type TerminalOptions } from '../../testing/cli-harness.testing';
import { type MethodOptions, methodOf } from './login-method';

const directory = temporaryDirectory('login-method');
afterAll(() => directory.remove());

const roleArn = 'arn:aws:iam::000000000000:role/dev';
const cliOn = (terminal: TerminalOptions) => {
  const cli = new Cli(new TestTerminal(terminal));
  cli.configure({});
  return cli;
};
const method = (options: MethodOptions, terminal: TerminalOptions = {}, offered?: Record<string, string>) =>
  methodOf(cliOn(terminal), options, offered, undefined);

it('takes the secret of an access key from a pipe, a prompt, or a file that only its owner can read', async () => {
  const accessKeyId = 'AKIAEXAMPLEEXAMPLE00';
  const expected = { signIn: { method: 'access-key', accessKeyId }, credential: { secretAccessKey: 'sesame' } };
  expect(await method({ accessKeyId }, { stdin: 'sesame\n' })).toEqual(expected);
  expect(await method({ accessKeyId }, { answers: [[`Secret access key of ${accessKeyId}`, 'sesame']] })).toEqual(expected);
  const secretFile = join(directory.path, 'secret');
  writeFileSync(secretFile, 'sesame\n', { mode: 0o600 });
  expect(await method({ accessKeyId, secretFile })).toEqual(expected);
  chmodSync(secretFile, 0o640);
  await expect(method({ accessKeyId, secretFile })).rejects.toThrow(`--secret-file: the file ${secretFile} must have mode 0600`);
});

it.each<[string, MethodOptions, object]>([
  [
    'a certificate',
    { certificate: '/me.pem', key: '/me.key' },
    { method: 'certificate', certFile: '/me.pem', keyFile: '/me.key' },
  ],
  [
    'a role by a file',
    { roleArn, webIdentityTokenFile: '/token', sessionName: 'build' },
    { method: 'web-identity', roleArn, sessionName: 'build', tokenFile: '/token' },
  ],
  [
    'a role by a variable',
    { roleArn, webIdentityTokenEnv: 'CI_TOKEN' },
    { method: 'web-identity', roleArn, sessionName: 'strongroom-cli', tokenVariable: 'CI_TOKEN' },
  ],
])('takes %s, and keeps nothing secret', async (_, options, signIn) => {
  expect(await method(options)).toEqual({ signIn, credential: {} });
});

it.each<[string, MethodOptions]>([
  ['--access-key-id and --with-token: give one of them.', { accessKeyId: 'x', withToken: true }],
  ['--key: must be given.', { certificate: '/me.pem' }],
  ['--key: goes with --certificate.', { key: '/me.key' }],
  ['--secret-file: goes with --access-key-id.', { secretFile: '/x', withToken: true }],
  ['--role-arn: give one of', { roleArn }],
  ['--role-arn: give one of', { roleArn, webIdentityTokenFile: '/x', issuer: 'https://id.example' }],
  ['--role-arn: must say which role.', { issuer: 'https://id.example', clientId: 'x' }],
  ['--client-id: must be given.', { roleArn, issuer: 'https://id.example' }],
  ['--device: goes with --issuer.', { roleArn, webIdentityTokenFile: '/x', device: true }],
  ['Nothing says as whom to sign in.', {}],
])('refuses with %s', async (problem, options) => {
  await expect(method(options)).rejects.toMatchObject({ message: expect.stringContaining(problem), exitCode: 2 });
});

it.each(['', 'two words', 'two\nlines\n', 'an ümlaut'])('refuses what is no token, without repeating it (%j)', async (stdin) => {
  await expect(method({ withToken: true }, { stdin })).rejects.toMatchObject({
    exitCode: 2,
    message: expect.not.stringContaining(stdin || 'x'),
  });
});

describe('from an environment', () => {
  const certificate = { STRONGROOM_TLS_CERT_FILE: '/me.pem', STRONGROOM_TLS_KEY_FILE: '/me.key' };
  const key = {
    STRONGROOM_AWS_GATEWAY_ADDRESS: 'here:1',
    AWS_ENDPOINT_URL: 'https://here:1',
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00',
    AWS_SECRET_ACCESS_KEY: 'sesame',
  };
  const token = { STRONGROOM_TOKEN: 'token' };

  it.each([
    ['a certificate', { ...certificate, ...key, ...token }, 'certificate'],
    ["the cluster's access key", { ...key, ...token }, 'access-key'],
    ['a token, and no key of AWS', { ...key, AWS_ENDPOINT_URL: '', ...token }, 'token'],
    ['a token, and no session of AWS', { ...key, AWS_SESSION_TOKEN: 'x', ...token }, 'token'],
  ])('takes %s', async (_, offered, expected) => {
    expect((await method({}, {}, offered)).signIn.method).toBe(expected);
  });

  it('says that it has nothing', async () => {
    await expect(method({}, {}, {})).rejects.toThrow('The environment has neither');
  });
});
