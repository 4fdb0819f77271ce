import { createHotPool, type HotPool, migrateSchema } from '@strongroom/database';
import { CustomerKey, materialBinding, openWithRootKey, RootKey, RootKeys, sealWithRootKey } from '@strongroom/envelope';
import { systemRandom } from '@strongroom/random';
import { openRootKeysOnce } from '@strongroom/root-keys';
import { resealAll, unlistedColumns } from '@strongroom/root-keys/testing';
import { createTestDatabase, type TestDatabase } from '@strongroom/testing';
import { migrations } from './migrations';
import { sealedTables } from './sealed-tables';

let database: TestDatabase;
let pool: HotPool;
beforeAll(async () => {
  database = await createTestDatabase('sealed_tables');
  pool = createHotPool(database);
});
afterAll(async () => {
  await pool?.close();
  await database?.drop();
});

const older = RootKey.generate(systemRandom);
const place = { accountId: '000000000000', keyId: '8f9b2c6e-4d0b-4c39-9a43-9c6d2f0a7b11', materialVersion: 1 };

it('takes over the root key and the material of a schema from before root keys had providers', async () => {
  await migrateSchema(database, migrations.slice(0, 1));
  await database.admin.query('INSERT INTO root_key (slot, fingerprint, created_at) VALUES (1, ?, NOW(3))', [older.fingerprint]);
  await database.admin.query("INSERT INTO customer_key VALUES (?, ?, 'Enabled', 'CUSTOMER', '', '{}', '{}', 1, NOW(3))", [
    place.keyId,
    place.accountId,
  ]);
  const wrapped = CustomerKey.generate(place, systemRandom).wrap(older, systemRandom);
  await database.admin.query('INSERT INTO key_material VALUES (?, 1, ?, NOW(3))', [place.keyId, wrapped]);
  await migrateSchema(database, migrations);
  const environment = older.copyBytes().toString('base64');
  const config = { environment, startSealed: false, graceMs: 1_000 };
  const rootKeys = await openRootKeysOnce({ config, database }, systemRandom);
  expect(rootKeys.fingerprint).toBe(older.fingerprint);
  expect(CustomerKey.unwrap(rootKeys, place, await stored()).place).toEqual(place);
});

it('is sealed anew, bound to the same place and kind', async () => {
  const macKey = systemRandom.bytes(32);
  const keyId = '0c1d2e3f-4d0b-4c39-9a43-9c6d2f0a7b11';
  const binding = materialBinding({ ...place, keyId }, 'HMAC_256');
  await database.admin.query(
    'INSERT INTO customer_key (key_id, account_id, state, manager, description, policy, tags, current_material, created_at, key_spec) ' +
      "VALUES (?, ?, 'Enabled', 'CUSTOMER', '', '{}', '{}', 1, NOW(3), 'HMAC_256')",
    [keyId, place.accountId],
  );
  await database.admin.query('INSERT INTO key_material (key_id, version, wrapped, created_at) VALUES (?, 1, ?, NOW(3))', [
    keyId,
    sealWithRootKey(older, binding, macKey, systemRandom),
  ]);
  const rootKeys = new RootKeys(older);
  const next = RootKey.generate(systemRandom);
  await resealAll(pool, sealedTables, rootKeys, next);
  expect(() => CustomerKey.unwrap(older, place, Buffer.alloc(0))).toThrow();
  expect(CustomerKey.unwrap(next, place, await stored()).place).toEqual(place);
  expect(openWithRootKey(next, binding, await stored(keyId))).toEqual(macKey);
});

it('is listed, or says that no root key seals it', async () => {
  const plain = ['key_grant.request_hash', 'key_grant.token_key', 'key_material.public_key'];
  expect(await unlistedColumns(pool, sealedTables)).toEqual(plain);
});

const stored = async (keyId = place.keyId): Promise<Buffer> =>
  (await pool.query<{ wrapped: Buffer }>('SELECT wrapped FROM key_material WHERE key_id = ?', [keyId]))[0]!.wrapped;
