import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RootKey } from '@strongroom/envelope';
import { systemRandom } from '@strongroom/random';
import { temporaryDirectory } from '@strongroom/testing';
import { readConfig } from './config';

const directory = temporaryDirectory('keyservice-config');
afterAll(() => directory.remove());

const write = (name: string, content: string, mode = 0o600): string => {
  const file = join(directory.path, name);
  writeFileSync(file, content, { mode });
  chmodSync(file, mode);
  return file;
};
const rootKey = RootKey.generateFile(systemRandom);
const environment = (rootKeyFile: string | undefined) => ({
  STRONGROOM_LISTEN: '127.0.0.1:0',
  STRONGROOM_METRICS_LISTEN: '127.0.0.1:0',
  STRONGROOM_TLS_CA_FILE: 'ca',
  STRONGROOM_TLS_CERT_FILE: 'cert',
  STRONGROOM_TLS_KEY_FILE: 'key',
  STRONGROOM_DATABASE_HOST: 'localhost',
  STRONGROOM_DATABASE_PORT: '3306',
  STRONGROOM_DATABASE_NAME: 'keys',
  STRONGROOM_DATABASE_USER: 'keys',
  STRONGROOM_DATABASE_PASSWORD_FILE: write('password', 'p\n'),
  STRONGROOM_REDIS_HOST: 'localhost',
  STRONGROOM_REDIS_PORT: '6379',
  STRONGROOM_JOURNAL_KEY_FILE: write('journal.key', `crypto-keyservice k1 ${Buffer.alloc(32).toString('base64')}`),
  STRONGROOM_IDENTITY_ADDRESS: 'localhost:7000',
  STRONGROOM_ROOT_KEY_FILE: rootKeyFile,
});
const refusal = (rootKeyFile: string | undefined): string => {
  try {
    readConfig(environment(rootKeyFile));
    return 'accepted';
  } catch (error) {
    return (error as Error).message;
  }
};

it('reads the root key', () => {
  expect(readConfig(environment(write('root.key', rootKey))).rootKey.fingerprint).toBe(RootKey.parse(rootKey).fingerprint);
});

it.each([
  ['is not configured', undefined, 'must be set'],
  ['does not exist', join(directory.path, 'absent'), 'ENOENT'],
  ['is readable by others', write('open.key', rootKey, 0o644), 'mode 0600'],
  ['is readable by the group', write('group.key', rootKey, 0o640), 'mode 0600'],
  ['is empty', write('empty.key', ''), 'is empty'],
  ['is too short', write('short.key', rootKey.slice(4)), '32 bytes in base64'],
  ['holds something else', write('other.key', 'correct horse battery staple'), '32 bytes in base64'],
])('refuses a root key file that %s, by name and rule', (_what, file, rule) => {
  const message = refusal(file);
  expect(message).toContain('STRONGROOM_ROOT_KEY_FILE');
  expect(message).toContain(rule);
  expect(message).not.toContain(rootKey.slice(8, 30));
  expect(message).not.toContain('horse');
});
