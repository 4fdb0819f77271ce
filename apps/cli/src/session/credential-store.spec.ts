import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@strongroom/testing';
import { chooseStore, type CredentialStore, FileStore, type KeychainEntry, KeychainStore } from './credential-store';

const directory = temporaryDirectory('credential-store');
afterAll(() => directory.remove());

/** A keychain of our own, which can be locked. */
class FakeKeychain {
  readonly entries = new Map<string, string>();
  isLocked = false;

  readonly store = new KeychainStore((profile): KeychainEntry => ({
    getPassword: async () => this.open().get(profile) ?? null,
    setPassword: async (password) => void this.open().set(profile, password),
    deleteCredential: async () => this.open().delete(profile),
  }));

  private open() {
    if (this.isLocked) throw new Error('locked');
    return this.entries;
  }
}

const stores: [string, CredentialStore][] = [
  ['file', new FileStore(directory.path)],
  ['keychain', new FakeKeychain().store],
];

it.each(stores)('keeps a credential until it is removed (%s)', async (_, store) => {
  expect(await store.read('work')).toBeUndefined();
  await store.write('work', { secretAccessKey: 'secret', session: { token: 'token' } });
  await store.write('play', { refreshToken: 'refresh' });
  expect(await store.read('work')).toEqual({ secretAccessKey: 'secret', session: { token: 'token' } });
  await store.remove('work');
  await store.remove('work');
  expect(await store.read('work')).toBeUndefined();
  expect(await store.read('play')).toEqual({ refreshToken: 'refresh' });
});

it('keeps files to their owner, and refuses one that others may read', async () => {
  const store = new FileStore(directory.path);
  await store.write('mine', { session: { token: 'token' } });
  const file = join(directory.path, 'credentials/mine.json');
  expect([statSync(file).mode & 0o777, statSync(join(file, '..')).mode & 0o777]).toEqual([0o600, 0o700]);
  chmodSync(file, 0o644);
  await expect(store.read('mine')).rejects.toThrow(`${file}: must have mode 0600`);
});

describe('the store for a new credential', () => {
  const nothing = async (): Promise<KeychainStore> => {
    throw new Error('no keychain');
  };

  it('is the keychain if it works', async () => {
    const keychain = new FakeKeychain();
    expect(await chooseStore(undefined, directory.path, async () => keychain.store)).toBe(keychain.store);
    expect(keychain.entries.size).toBe(0);
  });

  it.each(['none', 'locked'])('is a file if the keychain is %s, unless a keychain was asked for', async (state) => {
    const keychain = Object.assign(new FakeKeychain(), { isLocked: true });
    const open = state === 'none' ? nothing : async () => keychain.store;
    expect((await chooseStore(undefined, directory.path, open)).kind).toBe('file');
    await expect(chooseStore('keychain', directory.path, open)).rejects.toThrow();
  });

  it('is a file if that was asked for', async () => {
    expect((await chooseStore('file', directory.path, async () => new FakeKeychain().store)).kind).toBe('file');
  });
});

it('does not repeat what it cannot read', async () => {
  const keychain = new FakeKeychain();
  keychain.entries.set('work', 'a secret, but no JSON');
  await expect(keychain.store.read('work')).rejects.toMatchObject({
    message: expect.not.stringContaining('a secret'),
    hint: 'Sign in again with `strongroom login`.',
  });
});
