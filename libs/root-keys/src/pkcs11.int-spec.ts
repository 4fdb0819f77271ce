import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { systemRandom } from '@strongroom/random';
import { temporaryDirectory } from '@strongroom/testing';
import { openByToken, protectByToken } from './pkcs11';
import type { Provider } from './provider';

// SoftHSM, Debian's package softhsm2: a token in files, which keeps the rules of one in hardware.
const MODULE = '/usr/lib/softhsm/libsofthsm2.so';
const hasLibrary = (): boolean => {
  try {
    require.resolve('pkcs11js');
    return true;
  } catch {
    return false;
  }
};
const isHere = existsSync(MODULE) && hasLibrary();
if (!isHere) console.log('skipped: SoftHSM (softhsm2) and the package pkcs11js are needed to try PKCS#11 tokens');

/** Jest's `process.env` is a copy that native code does not see; a thread that shares the environment sets the real one. */
const setForNativeCode = (name: string, value: string): Promise<unknown> =>
  once(new Worker(`process.env.${name} = ${JSON.stringify(value)}`, { eval: true, env: SHARE_ENV }), 'exit');

(isHere ? describe : describe.skip)('a PKCS#11 token', () => {
  const directory = temporaryDirectory('pkcs11');
  const file = (name: string, text: string) => {
    const path = join(directory.path, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  let config: Parameters<typeof openByToken>[0];
  let provider: Provider;

  beforeAll(async () => {
    mkdirSync(join(directory.path, 'tokens'));
    const settings = file(
      'softhsm2.conf',
      `directories.tokendir = ${join(directory.path, 'tokens')}\nobjectstore.backend = file\n`,
    );
    await setForNativeCode('SOFTHSM2_CONF', settings);
    execFileSync('softhsm2-util', ['--init-token', '--free', '--label', 'strongroom', '--so-pin', '12345678', '--pin', '4321'], {
      env: { ...process.env, SOFTHSM2_CONF: settings },
    });
    config = { startSealed: false, graceMs: 0, pkcs11Module: MODULE, pkcs11PinFile: file('pin', '4321\n') };
    const made = await protectByToken(config, systemRandom)({ token: 'strongroom', key: 'root-keys' });
    provider = { name: 'hsm', kind: 'pkcs11', enrolledAt: new Date(), ...made };
  });
  afterAll(() => directory.remove());

  it('opens the identity that it protects', async () => {
    const identity = await openByToken(config)(provider);
    expect(await identity.recipient()).toBe(provider.recipient);
    expect(provider.protectedIdentity!.includes(identity.copyBytes())).toBe(false);
  });

  it('uses its key for the next one too, and no other key', async () => {
    const second = await protectByToken(config, systemRandom)({ token: 'strongroom', key: 'root-keys' });
    expect(second.recipient).not.toBe(provider.recipient);
    const other = await protectByToken(config, systemRandom)({ token: 'strongroom', key: 'others' });
    const swapped = { ...provider, protectedIdentity: other.protectedIdentity };
    await expect(openByToken(config)(swapped)).rejects.toThrow(/^PKCS#11: /);
  });

  it.each([
    [
      'a changed blob',
      {},
      (p: Provider) => ({ ...p, protectedIdentity: Buffer.from(p.protectedIdentity!).fill(7, 20, 21) }),
      /^PKCS#11: CKR_/,
    ],
    [
      'another token',
      {},
      (p: Provider) => ({ ...p, parameters: { token: 'none', key: 'root-keys' } }),
      "there is no token 'none'",
    ],
    [
      'another key',
      {},
      (p: Provider) => ({ ...p, parameters: { token: 'strongroom', key: 'none' } }),
      "the token has no key 'none'",
    ],
    ['no module', { pkcs11Module: undefined }, (p: Provider) => p, 'STRONGROOM_ROOT_KEY_PKCS11_MODULE is not set'],
    ['a module that is none', { pkcs11Module: '/nowhere.so' }, (p: Provider) => p, /^PKCS#11: .*nowhere/],
  ])('says what is wrong with %s', async (_what, change, of, rule) => {
    await expect(openByToken({ ...config, ...change })(of(provider))).rejects.toThrow(rule);
  });

  it('does not open with a wrong PIN', async () => {
    const wrong = { ...config, pkcs11PinFile: file('wrong', '0000\n') };
    await expect(openByToken(wrong)(provider)).rejects.toThrow('CKR_PIN_INCORRECT');
  });
});
