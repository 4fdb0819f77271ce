import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@strongroom/testing';
import { type Provider, readProvidersFile, roleOf, sessionNameOf } from './providers';

const directory = temporaryDirectory('providers');
afterAll(() => directory.remove());

const write = (name: string, text: string): string => {
  const path = join(directory.path, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
};
const file = (more = '') => `
providers:
  - name: example
    title: Example
    issuer: https://login.example.com
    clientId: console
    clientSecretFile: ${write('secret', 'the secret\n')}
    roles:
      - { roleArn: admins, claim: groups, value: admins }
      - { roleArn: ada, claim: email, value: ada@example.com }
${more}`;
const read = (text: string): readonly Provider[] => readProvidersFile(write('providers.yaml', text));

it('reads who may sign in, and the secrets from files of their own', () => {
  expect(readProvidersFile(undefined)).toEqual([]);
  expect(read(file())).toMatchObject([{ name: 'example', clientSecret: 'the secret', sessionNameClaim: 'email' }]);
});

it.each([
  ['no YAML: [', 'the file is no YAML'],
  ['providers: 5', 'providers: '],
  ['providers: []\nmore: 1', 'the file: '],
  [file().replace('https://login', 'http://login'), 'providers.0.issuer: must be an https URL'],
  [file().replace('name: example', 'name: ../x'), 'providers.0.name: must be 1 to 32 lower-case letters'],
  [file().replace(', value: admins', ''), 'providers.0.roles.0: must have roleArn and'],
  [file(file().replace('providers:', '')), 'providers: each must have a name of its own'],
])('refuses what is wrong: %#', (text, message) => {
  expect(() => read(text)).toThrow(`STRONGROOM_CONSOLE_PROVIDERS_FILE: ${message}`);
});

it('gives each person the first role that fits', () => {
  const [provider] = read(file('      - { roleArn: everybody }\n')) as [Provider];
  expect(roleOf(provider, { groups: ['staff', 'admins'], email: 'ada@example.com' })).toBe('admins');
  expect(roleOf(provider, { groups: 'admins' })).toBe('admins');
  expect(roleOf(provider, { groups: ['admins2'], email: 'ada@example.com' })).toBe('ada');
  expect(roleOf(provider, {})).toBe('everybody');
  const [strict] = read(file()) as [Provider];
  expect(roleOf(strict, { groups: [] })).toBeUndefined();
  expect(roleOf({ ...strict, roles: [{ roleArn: 'x', claim: 'toString', value: 'y' }] }, {})).toBeUndefined();
});

it('names a session as STS wants it', () => {
  const [provider] = read(file()) as [Provider];
  expect(sessionNameOf(provider, { sub: '1', email: 'ada@example.com' })).toBe('ada@example.com');
  expect(sessionNameOf(provider, { sub: 'auth0|7/8' })).toBe('auth0-7-8');
  expect(sessionNameOf(provider, { sub: 'x' })).toBe('x-');
  expect(sessionNameOf(provider, { sub: 'x'.repeat(99) })).toHaveLength(64);
});
