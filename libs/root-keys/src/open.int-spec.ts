import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openWithRootKey, RootKey, sealWithRootKey } from '@strongroom/envelope';
import { systemRandom } from '@strongroom/random';
import { temporaryDirectory } from '@strongroom/testing';
import { ProviderIdentity, lockIdentity } from './identity';
import { openWith, wrapsOfAll } from './open';
import type { ProviderParameters } from './provider';
import { binding, mortalPool, newIdentity, RootKeyWorld } from './world.testing';

const directory = temporaryDirectory('root-key-open');
let world: RootKeyWorld;
beforeAll(async () => {
  world = await RootKeyWorld.create();
  await world.migrate();
});
afterAll(async () => {
  await world?.drop();
  directory.remove();
});
beforeEach(() => world.clear());

const fileWith = (name: string, text: string): string => {
  const file = join(directory.path, name);
  writeFileSync(file, `${text}\n`, { mode: 0o600 });
  return file;
};
const counts = async () => {
  const tables = ['root_key', 'root_key_provider', 'root_key_wrap'];
  return Promise.all(tables.map(async (table) => (await world.rows(`SELECT * FROM ${table}`)).length));
};

describe('the first start', () => {
  it('makes a random root key for the provider that the process brings, and the next start opens it', async () => {
    const environment = await newIdentity();
    const { rootKeys, provider } = await world.open({ environment });
    await world.seal(rootKeys, 1);
    expect(provider).toBe('environment');
    const again = await world.open({ environment });
    expect(again.rootKeys.fingerprint).toBe(rootKeys.fingerprint);
    const [row] = await world.rows<{ sealed: Buffer }>('SELECT sealed FROM credential');
    expect(openWithRootKey(again.rootKeys, binding(1), row!.sealed).toString()).toBe('credential 1');
    expect(await counts()).toEqual([1, 1, 1]);
  });

  it('makes one, whoever starts at the same time', async () => {
    const environment = await newIdentity();
    const opened = await Promise.all(Array.from({ length: 4 }, () => world.open({ environment })));
    expect(new Set(opened.map(({ rootKeys }) => rootKeys.fingerprint)).size).toBe(1);
    expect(await counts()).toEqual([1, 1, 1]);
  });

  it('makes all of it or nothing when the process is killed', async () => {
    const environment = await newIdentity();
    let lifetime = 0;
    for (; ; lifetime++) {
      await world.clear();
      const pool = mortalPool(world.pool, lifetime);
      const outcome = await world.open({ environment }, pool).catch((error: Error) => error);
      const [rootKeys, providers, wraps] = await counts();
      expect([rootKeys, providers, wraps]).toEqual([rootKeys, rootKeys, rootKeys]);
      await world.open({ environment });
      if (!(outcome instanceof Error)) break;
    }
    expect(lifetime).toBeGreaterThan(5);
  });

  it('needs a provider', async () => {
    await expect(world.open({})).rejects.toThrow('set STRONGROOM_ROOT_KEY_FILE for the first');
    expect(await counts()).toEqual([0, 0, 0]);
  });
});

describe('an upgrade from a root key that was a file', () => {
  const older = RootKey.generate(systemRandom);
  const bytes = older.copyBytes().toString('base64');
  const before = async () => {
    await world.rows('INSERT INTO root_key (slot, fingerprint, in_use) VALUES (1, ?, UNHEX(?))', [
      older.fingerprint,
      older.fingerprint,
    ]);
    const sealed = sealWithRootKey(older, binding(1), Buffer.from('credential 1'), systemRandom);
    await world.rows('INSERT INTO credential (id, sealed) VALUES (1, ?)', [sealed]);
  };

  it('keeps the root key, and enrols the file as its provider', async () => {
    await before();
    const file = fileWith('older.key', bytes);
    for (const { rootKeys, provider } of [await world.open({ file }), await world.open({ file })]) {
      expect([rootKeys.fingerprint, provider]).toEqual([older.fingerprint, 'file']);
      const [row] = await world.rows<{ sealed: Buffer }>('SELECT sealed FROM credential');
      expect(openWithRootKey(rootKeys, binding(1), row!.sealed).toString()).toBe('credential 1');
    }
    expect(await counts()).toEqual([1, 1, 1]);
  });

  it('loses nothing wherever the process is killed', async () => {
    const file = fileWith('older.key', bytes);
    for (let lifetime = 0, done = false; !done; lifetime++) {
      await world.clear();
      await before();
      done = await world.open({ file }, mortalPool(world.pool, lifetime)).then(
        () => true,
        () => false,
      );
      const [, providers, wraps] = await counts();
      expect(wraps).toBe(providers);
      expect((await world.open({ file })).rootKeys.fingerprint).toBe(older.fingerprint);
    }
  });

  it('refuses another root key, names both, and writes nothing', async () => {
    await before();
    const other = RootKey.generate(systemRandom);
    const file = fileWith('other.key', other.copyBytes().toString('base64'));
    const refused = world.open({ file });
    await expect(refused).rejects.toThrow(
      `STRONGROOM_ROOT_KEY_FILE holds another root key (fingerprint ${other.fingerprint}) than the one that sealed ` +
        `the stored data (fingerprint ${older.fingerprint})`,
    );
    await expect(world.open({ environment: await newIdentity() })).rejects.toThrow('bring the root key');
    expect(await counts()).toEqual([1, 0, 0]);
  });
});

describe('a later start', () => {
  it('tries every provider that needs nobody, and says why none opens', async () => {
    const environment = await newIdentity();
    const { rootKeys } = await world.open({ environment });
    const path = fileWith('second', await newIdentity());
    await enroll(rootKeys, { kind: 'file', name: 'second', text: path });
    const moved = await world.open({});
    expect([moved.provider, moved.rootKeys.fingerprint]).toEqual(['second', rootKeys.fingerprint]);
    rmSync(path);
    expect((await world.open({ environment })).provider).toBe('environment');
    await expect(world.open({ environment: await newIdentity() })).rejects.toThrow(
      new RegExp(
        `^no provider opens the root key \\(fingerprint ${rootKeys.fingerprint}\\): second: the provider 'second': the file .* ` +
          'cannot be opened \\(ENOENT\\); environment: it is another identity \\(age1pq1….{12}\\) than the one enrolled',
      ),
    );
  });

  it('waits for somebody where a passphrase is enrolled, or where it is told to', async () => {
    const environment = await newIdentity();
    const { rootKeys } = await world.open({ environment });
    expect(await world.tryOpen({ environment, startSealed: true })).toEqual({ reasons: new Map() });
    const identity = ProviderIdentity.generate(systemRandom);
    await enroll(rootKeys, { kind: 'passphrase', name: 'words', identity });
    expect((await world.open({ environment })).provider).toBe('environment');
    const sealed = await world.tryOpen({});
    expect([...('reasons' in sealed ? sealed.reasons : [])]).toEqual([['environment', 'STRONGROOM_ROOT_KEY is not set']]);
    const [words] = (await world.store().providers()).filter(({ name }) => name === 'words');
    expect((await openWith(world.store(), words!, identity)).rootKeys.fingerprint).toBe(rootKeys.fingerprint);
  });

  it('does not take a root key whose wrap was replaced', async () => {
    const environment = await newIdentity();
    const { rootKeys } = await world.open({ environment });
    const [provider] = await world.store().providers();
    const another = RootKey.generate(systemRandom);
    const { wrapFor } = await import('./open');
    const wraps = await wrapFor(another, [provider!]);
    await world.rows('UPDATE root_key_wrap SET wrapped = ?', [wraps.get('environment')]);
    await expect(world.open({ environment })).rejects.toThrow(
      `its wrap holds another root key (fingerprint ${another.fingerprint}) than the one that sealed the stored data ` +
        `(fingerprint ${rootKeys.fingerprint})`,
    );
    await world.rows('UPDATE root_key_wrap SET wrapped = ?', [Buffer.from('no age file')]);
    await expect(world.open({ environment })).rejects.toThrow('it was damaged or replaced');
  });
});

describe('removing a provider', () => {
  it('takes its wraps, and never the last one', async () => {
    const environment = await newIdentity();
    const { rootKeys } = await world.open({ environment });
    await expect(world.store().remove('environment')).rejects.toThrow("'environment' is the only provider");
    await enroll(rootKeys, { kind: 'passphrase', name: 'words', identity: ProviderIdentity.generate(systemRandom) });
    await expect(world.store().remove('word')).rejects.toThrow("there is no provider 'word'");
    await world.store().remove('environment');
    expect(await counts()).toEqual([1, 1, 1]);
    expect('reasons' in (await world.tryOpen({ environment }))).toBe(true);
  });
});

async function enroll(
  rootKeys: Parameters<typeof wrapsOfAll>[0],
  { kind, name, text, identity }: { kind: 'file' | 'passphrase'; name: string; text?: string; identity?: ProviderIdentity },
): Promise<void> {
  const { readIdentityFile } = await import('./identity-file');
  const its = identity ?? (await readIdentityFile(text!, name)).identity;
  const provider = {
    kind,
    name,
    recipient: await its.recipient(),
    parameters: (text === undefined ? {} : { path: text }) as ProviderParameters,
    protectedIdentity: identity && (await lockIdentity(identity, Buffer.from('words'), 10)),
  };
  expect(await world.store().enroll(provider, await wrapsOfAll(rootKeys, provider))).toBe(true);
}
