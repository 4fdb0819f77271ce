import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { wrap } from '@strongroom/key-import/testing';
import { programNames } from '@strongroom/local-cluster';
import { countInMemory, eventually, mayReadMemory } from '@strongroom/testing';
import { outcome } from './support/api';
import { System } from './support/system';

let system: System;
beforeAll(async () => {
  system = await System.shared();
});
afterAll(() => system?.stop());

const pidOf = (name: (typeof programNames)[number]) => system.cluster.pid(name)!;

it.each(programNames)('%s writes none of its memory into a core dump', (name) => {
  expect(readFileSync(`/proc/${pidOf(name)}/coredump_filter`, 'utf8')).toBe('00000000\n');
});

it('crypto-keyservice starts no debugger when it is told to', async () => {
  const pid = pidOf('crypto-keyservice');
  process.kill(pid, 'SIGUSR1');
  await system.admin.keys.listKeys();
  const DEBUGGER_PORT = (9229).toString(16).toUpperCase();
  expect(readFileSync(`/proc/${pid}/net/tcp`, 'utf8')).not.toMatch(new RegExp(`:${DEBUGGER_PORT} [0-9A-F]+:0000 0A`));
});

if (!mayReadMemory()) process.stderr.write('skipped: what is in memory, since the kernel lets only root read it\n');
(mayReadMemory() ? describe : describe.skip)('key material', () => {
  const plaintext = Buffer.from('of a test');
  const message = Buffer.alloc(60_000);

  async function importKey(spec: { keySpec: string; keyUsage: string }, material: Buffer): Promise<string> {
    const { keys } = system.admin;
    const { keyId } = (await keys.createKey({ origin: 'EXTERNAL', ...spec })).keyMetadata!;
    const wrappingAlgorithm = 'RSA_AES_KEY_WRAP_SHA_256';
    const { publicKey, importToken } = await keys.getParametersForImport({
      keyId,
      wrappingAlgorithm,
      wrappingKeySpec: 'RSA_2048',
    });
    await keys.importKeyMaterial({
      keyId,
      importToken,
      encryptedKeyMaterial: wrap(publicKey, wrappingAlgorithm, material),
      expirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
    });
    return keyId;
  }

  /** How often any of these bytes are in the service's memory. */
  const found = async (...needles: Buffer[]): Promise<number> =>
    (await countInMemory(pidOf('crypto-keyservice'), needles)).reduce((sum, count) => sum + count, 0);

  const hasGone = (...needles: Buffer[]) =>
    eventually(
      'it is gone',
      async () => {
        // Large buffers, which are refused, so that the service collects garbage.
        const refused = Array.from({ length: 200 }, () => outcome(system.admin.keys.generateMac({ keyId: 'none', message })));
        await Promise.all(refused);
        return (await found(...needles)) === 0;
      },
      120_000,
    );

  it('of a symmetric key is in memory while it is used, and gone with its deletion', async () => {
    const material = randomBytes(32);
    const { keys } = system.admin;
    const keyId = await importKey({ keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT' }, material);
    const { ciphertextBlob } = await keys.encrypt({ keyId, plaintext });
    expect((await keys.decrypt({ ciphertextBlob })).plaintext).toEqual(plaintext);
    expect(await found(material)).toBeGreaterThan(0);
    await keys.deleteImportedKeyMaterial({ keyId });
    await hasGone(material);
  });

  it('of a private key is in memory while it is used, and gone with its deletion', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const scalar = Buffer.from(privateKey.export({ format: 'jwk' }).d!, 'base64url');
    // As it is encoded, and as OpenSSL holds numbers on a little-endian machine.
    const needles = [scalar, Buffer.from(scalar).reverse()];
    const { keys } = system.admin;
    const material = privateKey.export({ format: 'der', type: 'pkcs8' });
    const keyId = await importKey({ keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' }, material);
    await keys.sign({ keyId, message: plaintext, signingAlgorithm: 'ECDSA_SHA_256' });
    expect(await found(...needles)).toBeGreaterThan(0);
    await keys.deleteImportedKeyMaterial({ keyId });
    await hasGone(...needles);
  });
});
