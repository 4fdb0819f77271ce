import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RootKey } from '@strongroom/envelope';
import { systemRandom } from '@strongroom/random';
import { temporaryDirectory } from '@strongroom/testing';
import { readRootKeyConfig } from './config';
import { ProviderIdentity } from './identity';
import { readIdentityFile } from './identity-file';
import { unattendedKinds } from './unattended';

const directory = temporaryDirectory('root-key-files');
afterAll(() => directory.remove());

const write = (name: string, content: string, mode = 0o600): string => {
  const file = join(directory.path, name);
  writeFileSync(file, content, { mode });
  chmodSync(file, mode);
  return file;
};
const older = RootKey.generateFile(systemRandom);
const identity = ProviderIdentity.generate(systemRandom);

it('holds an identity, or what was the root key itself', async () => {
  const now = await readIdentityFile(write('identity', `# root key\n${await identity.text()}\n`), 'FILE');
  expect(await now.identity.recipient()).toBe(await identity.recipient());
  expect(now.rootKey).toBeUndefined();
  const before = await readIdentityFile(write('older.key', older), 'FILE');
  expect(before.rootKey!.fingerprint).toBe(RootKey.parse(older).fingerprint);
  expect(await before.identity.recipient()).toMatch(/^age1pq1/);
});

it.each([
  ['does not exist', join(directory.path, 'absent'), 'ENOENT'],
  ['is readable by others', write('open.key', older, 0o644), 'mode 0600'],
  ['is readable by the group', write('group.key', older, 0o640), 'mode 0600'],
  ['is empty', write('empty.key', ''), 'is empty'],
  ['is too short', write('short.key', older.slice(4)), 'must hold one age identity'],
  ['holds something else', write('other.key', 'correct horse battery staple'), 'must hold one age identity'],
])('is refused when it %s, by name and rule', async (_what, file, rule) => {
  const message = await readIdentityFile(file, 'STRONGROOM_ROOT_KEY_FILE').then(
    () => 'accepted',
    (error: Error) => error.message,
  );
  expect(message).toContain('STRONGROOM_ROOT_KEY_FILE');
  expect(message).toContain(rule);
  expect(message).not.toContain(older.slice(8, 30));
  expect(message).not.toContain('horse');
});

describe('the configuration', () => {
  it('takes the root key out of the environment, so that nothing that is started inherits it', async () => {
    const env: Record<string, string | undefined> = { STRONGROOM_ROOT_KEY: ` ${await identity.text()}\n` };
    const config = readRootKeyConfig(env);
    expect(env).toEqual({});
    expect(config).toMatchObject({ startSealed: false, graceMs: 15_000 });
    const opened = await unattendedKinds(config).environment!({} as never);
    expect(await opened.recipient()).toBe(await identity.recipient());
  });

  it.each([
    ['STRONGROOM_ROOT_KEY_SOCKET', `/${'s'.repeat(107)}`, 'at most 107 characters'],
    ['STRONGROOM_ROOT_KEY_START', 'closed', 'open or sealed'],
    ['STRONGROOM_ROOT_KEY_GRACE_MS', '999', 'from 1000 to'],
  ])('refuses a wrong %s by its rule', (name, value, rule) => {
    expect(() => readRootKeyConfig({ [name]: value })).toThrow(rule);
  });
});
