import { createHotPool } from '@strongroom/database';
import { systemRandom } from '@strongroom/random';
import { openRootKeysOnce } from '@strongroom/root-keys';
import { openEveryRow, RootKeyStore } from '@strongroom/root-keys/testing';
import { sealedTables } from './persistence/sealed-tables';
import { TestKeyservice } from './server.testing';

let test: TestKeyservice;
beforeAll(async () => {
  test = await TestKeyservice.start();
});
afterAll(() => test?.stop());

it('opens the material of every kind of key, bound to what the rotation of the root key says', async () => {
  const admin = await test.as('admin');
  const kinds = [
    ['SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT'],
    ['HMAC_256', 'GENERATE_VERIFY_MAC'],
    ['RSA_2048', 'SIGN_VERIFY'],
    ['ECC_NIST_P256', 'KEY_AGREEMENT'],
    ['ECC_NIST_EDWARDS25519', 'SIGN_VERIFY'],
    ['ML_DSA_44', 'SIGN_VERIFY'],
    ['ML_KEM_768', 'ENCAPSULATE_DECAPSULATE'],
  ];
  for (const [keySpec, keyUsage] of kinds) await admin.createKey({ keySpec, keyUsage });
  const pool = createHotPool(test.database);
  try {
    const config = { environment: test.rootKey, startSealed: false, graceMs: 1_000 };
    const rootKeys = await openRootKeysOnce({ config, database: test.database }, systemRandom);
    const store = new RootKeyStore(pool);
    for (const table of sealedTables) {
      expect(await openEveryRow(store, table, rootKeys)).toEqual({ opened: kinds.length, failed: [] });
    }
  } finally {
    await pool.close();
  }
});
