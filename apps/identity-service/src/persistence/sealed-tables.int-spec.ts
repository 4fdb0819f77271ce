import { createHotPool, type HotPool, migrateSchema } from '@strongroom/database';
import { RootKey, RootKeys } from '@strongroom/envelope';
import { systemRandom } from '@strongroom/random';
import { openRootKeysOnce } from '@strongroom/root-keys';
import { resealAll, unlistedColumns } from '@strongroom/root-keys/testing';
import { createTestDatabase, type TestDatabase } from '@strongroom/testing';
import { CredentialMint } from '../domain/credentials';
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
const mint = new CredentialMint(older, systemRandom);
const [accessKey, session] = [mint.newAccessKey(), mint.newSession()];

it('takes over the root key and the credentials of a schema from before root keys had providers', async () => {
  await migrateSchema(database, migrations.slice(0, 2));
  await database.admin.query('INSERT INTO root_key (slot, fingerprint, create_date) VALUES (1, ?, NOW(3))', [older.fingerprint]);
  await database.admin.query('SET foreign_key_checks = 0');
  await database.admin.query("INSERT INTO access_key VALUES (?, 'AIDAUSER', 1, ?, NOW(3))", [
    accessKey.accessKeyId,
    accessKey.sealedSecret,
  ]);
  await database.admin.query(
    "INSERT INTO session VALUES (?, ?, '000000000000', 'AIDAUSER', NULL, 'cert:x', '[]', '[]', '[]', '[]', ?, NOW(3), NOW(3))",
    [session.accessKeyId, session.tokenHash, session.sealedSecret],
  );
  await database.admin.query('SET foreign_key_checks = 1');
  await migrateSchema(database, migrations);
  const environment = older.copyBytes().toString('base64');
  const config = { environment, startSealed: false, graceMs: 1_000 };
  const rootKeys = await openRootKeysOnce({ config, database }, systemRandom);
  await requireMatches(new CredentialMint(rootKeys, systemRandom));
});

it('is sealed anew, bound to the same access key', async () => {
  const next = RootKey.generate(systemRandom);
  await resealAll(pool, sealedTables, new RootKeys(older), next);
  await requireMatches(new CredentialMint(next, systemRandom));
});

it('is listed, or says that no root key seals it', async () => {
  expect(await unlistedColumns(pool, sealedTables)).toEqual([
    'guess.name',
    'known_network.network',
    // What a passkey is known by, and its public half: no secrets.
    'passkey.credential_id',
    'passkey.public_key',
    'session.token_hash',
    'sign_in_link.token_hash',
    'used_challenge.challenge_hash',
  ]);
});

async function requireMatches(by: CredentialMint): Promise<void> {
  for (const [table, { accessKeyId, secretAccessKey }] of [
    ['access_key', accessKey],
    ['session', session],
  ] as const) {
    const [row] = await pool.query<{ sealed_secret: Buffer }>(`SELECT sealed_secret FROM ${table}`, []);
    expect(by.matches(accessKeyId, row!.sealed_secret, secretAccessKey)).toBe(true);
  }
}
