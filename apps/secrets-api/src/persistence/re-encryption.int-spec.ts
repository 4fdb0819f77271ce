import { createHotPool, type HotPool, migrateSchema, openDataSource } from '@strongroom/database';
import { keyBlobPrefix } from '@strongroom/envelope';
import { createTestDatabase, type TestDatabase } from '@strongroom/testing';
import type { ReEncryption, ReplacedDataKey, StoredDataKey } from '../domain/re-encryption/re-encryption';
import { countGate, DatabaseKeyDependentsReader } from './key-dependents.reader';
import { migrations } from './migrations';
import { DatabaseReEncryptionStore } from './re-encryption.store';

const keyId = '1234abcd-12ab-44cd-96ef-1234567890ff';
const neighbour = '1234abcd-12ab-44cd-96ef-123456789100';
const FIRST = { keyId, materialVersion: 1 };
const SECOND = { keyId, materialVersion: 2 };
const NOWHERE = Buffer.alloc(0);

let database: TestDatabase;
let pool: HotPool;
let store: DatabaseReEncryptionStore;

beforeAll(async () => {
  database = await createTestDatabase('re-encryption');
  await migrateSchema(database, migrations);
  pool = createHotPool(database);
  store = new DatabaseReEncryptionStore(pool, countGate());
});
afterAll(async () => {
  await pool?.close();
  await database?.drop();
});
beforeEach(async () => {
  for (const table of ['secret', 'data_key_re_encryption']) await database.admin.query(`DELETE FROM ${table}`);
});

let made = 0;
function blob(header: { keyId: string; materialVersion: number }, format = 2): Buffer {
  const body = Buffer.alloc(112);
  body.writeUInt32BE(++made, 0);
  const wrapped = Buffer.concat([keyBlobPrefix(header), body]);
  wrapped.writeUInt8(format, 0);
  return wrapped;
}
/** A secret with a version for each of these data keys; null: without a value. */
async function secret(name: string, ...wrapped: (Buffer | null)[]): Promise<number> {
  const [{ insertId }] = (await database.admin.query(
    `INSERT INTO secret (account_id, region, name, arn_suffix, description, created_at, last_changed_at, creation_token)
      VALUES ('000000000000', 'us-east-1', ?, 'AbCdEf', '', NOW(3), NOW(3), 't')`,
    [name],
  )) as unknown as [{ insertId: number }];
  for (const [index, each] of wrapped.entries()) {
    await database.admin.query(
      'INSERT INTO secret_version (secret_id, version_id, wrapped_data_key, ciphertext, kms_key_arn, created_at) VALUES (?, ?, ?, ?, ?, NOW(3))',
      [insertId, `v${index}`, each, each && Buffer.from('value'), each && 'arn'],
    );
  }
  return insertId;
}
const stored = async (): Promise<Buffer[]> => {
  const [rows] = await database.admin.query(
    'SELECT wrapped_data_key AS wrapped FROM secret_version ORDER BY secret_id, version_id',
  );
  return (rows as { wrapped: Buffer }[]).map(({ wrapped }) => wrapped);
};
const replacing = (dataKey: StoredDataKey): ReplacedDataKey => ({ ...dataKey, replacement: blob(SECOND) });
const run = (fields: Partial<ReEncryption> = {}): ReEncryption => ({
  keyId,
  keyArn: `arn:aws:kms:us-east-1:000000000000:key/${keyId}`,
  accountId: '000000000000',
  runId: '00000000-0000-4000-8000-000000000001',
  state: 'running',
  materialVersion: 2,
  rate: 250,
  startedBy: 'arn:aws:iam::000000000000:user/ann',
  startedAt: new Date('2026-11-01T00:00:00Z'),
  reEncrypted: 0,
  failures: new Map(),
  reached: NOWHERE,
  pass: 1,
  ...fields,
});
const options = (beforeCommit = () => Promise.resolve()) => ({ deadline: Date.now() + 5_000, beforeCommit });
const started = (fields?: Partial<ReEncryption>) => store.start(run(fields), () => ({}), options());

describe('what depends on a key', () => {
  const dependents = () => new DatabaseKeyDependentsReader(pool, countGate()).find(keyId, Date.now() + 5_000);

  it('is counted in both formats, and apart from that of its neighbours', async () => {
    await secret('a', blob(FIRST), blob(FIRST, 1), blob(SECOND), null);
    await secret('b', blob(FIRST), blob({ keyId: neighbour, materialVersion: 1 }));
    await secret('c', blob({ keyId: neighbour, materialVersion: 1 }), null);
    expect(await dependents()).toEqual({
      secrets: 2,
      materials: [
        { materialVersion: 1, versions: 3 },
        { materialVersion: 2, versions: 1 },
      ],
    });
  });

  it('is counted and listed by the index alone', async () => {
    const plan = async (condition: string, ...parameters: unknown[]) => {
      const [rows] = await database.admin.query(
        `EXPLAIN SELECT SUBSTRING(wrapped_data_key, 18, 4), secret_id, version_id FROM secret_version WHERE ${condition}`,
        parameters,
      );
      return (rows as { key: string; Extra: string }[])[0]!;
    };
    await secret('a', ...Array.from({ length: 50 }, () => blob(FIRST)));
    const range = await plan('wrapped_data_key >= ? AND wrapped_data_key < ? ORDER BY wrapped_data_key', NOWHERE, blob(FIRST));
    expect([range.key, range.Extra]).toEqual(['version_by_data_key', 'Using where; Using index']);
  });
});

describe('a re-encryption', () => {
  it('is stored as it is', async () => {
    const all = run({
      state: 'failed',
      reason: 'DisabledException',
      endedAt: new Date('2026-11-02T00:00:00Z'),
      reEncrypted: 7,
      failures: new Map([['InvalidCiphertextException', 3]]),
      reached: blob(FIRST),
      pass: 2,
    });
    await store.start(all, () => ({}), options());
    expect(await store.find(keyId)).toEqual(all);
    expect(await store.find(neighbour)).toBeUndefined();
    expect(await store.running(10)).toEqual([]);
  });

  it('is one at a time for a key: another start changes the one that is running, and replaces one that has ended', async () => {
    await Promise.all([started(), started(), started()]);
    const changed = await store.start(run({ runId: 'other', rate: 9 }), ({ rate }) => ({ rate: rate + 1 }), options());
    expect(changed).toEqual(run({ rate: 251 }));
    expect(await store.running(10)).toEqual([{ keyId, runId: run().runId }]);
    const at = new Date('2026-11-03T00:00:00Z');
    expect(await store.stop(keyId, at, options())).toEqual(run({ rate: 251, state: 'stopped', endedAt: at }));
    expect(await store.stop(keyId, new Date(), options())).toMatchObject({ endedAt: at });
    expect(await store.start(run({ runId: 'other' }), () => ({}), options())).toMatchObject({ runId: 'other', state: 'running' });
    expect(await store.stop(neighbour, at, options())).toBeUndefined();
  });

  it('neither starts nor stops without its event', async () => {
    const refused = options(() => Promise.reject(new Error('no trail')));
    await expect(store.start(run(), () => ({}), refused)).rejects.toThrow('no trail');
    expect(await store.find(keyId)).toBeUndefined();
    await started();
    await expect(store.stop(keyId, new Date(), refused)).rejects.toThrow('no trail');
    expect(await store.find(keyId)).toMatchObject({ state: 'running' });
  });
});

describe('a batch', () => {
  it('is what is outdated, in the order of bytes, with where each belongs', async () => {
    const [old, first, second, current] = [blob(SECOND, 1), blob(FIRST), blob(FIRST), blob(SECOND)];
    const a = await secret('a', second, current, null);
    const b = await secret('b', first, old, blob({ keyId: neighbour, materialVersion: 1 }));
    const place = (name: string, secretVersionId: string) => ({
      secretArn: `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-AbCdEf`,
      secretVersionId,
    });
    const all = await store.outdated(SECOND, NOWHERE, 10);
    // The one in the older format is a range of its own.
    expect(all).toEqual([{ secretId: b, accountId: '000000000000', place: place('b', 'v1'), wrapped: old }]);
    const rest = await store.outdated(SECOND, old, 10);
    expect(rest).toEqual([
      { secretId: b, accountId: '000000000000', place: place('b', 'v0'), wrapped: first },
      { secretId: a, accountId: '000000000000', place: place('a', 'v0'), wrapped: second },
    ]);
    expect(await store.outdated(SECOND, old, 1)).toEqual(rest.slice(0, 1));
    expect(await store.outdated(SECOND, first, 10)).toEqual(rest.slice(1));
    expect(await store.outdated(SECOND, second, 10)).toEqual([]);
    expect(await store.countOutdated(SECOND)).toBe(3);
  });

  it('is written with its progress, or not at all', async () => {
    await secret('a', blob(FIRST), blob(FIRST));
    const read = await started();
    const batch = (await store.outdated(SECOND, NOWHERE, 10)).map(replacing);
    const step = { replaced: batch, changes: { reached: batch[1]!.wrapped, failures: new Map([['X', 1]]) } };
    const before = await stored();
    await expect(
      store.advance(
        read,
        step,
        options(() => Promise.reject(new Error('killed'))),
      ),
    ).rejects.toThrow('killed');
    expect([await stored(), await store.find(keyId)]).toEqual([before, read]);
    expect(await store.advance(read, step, options())).toBe(true);
    expect(await stored()).toEqual(batch.map(({ replacement }) => replacement));
    expect(await store.find(keyId)).toEqual({ ...read, ...step.changes, reEncrypted: 2 });
  });

  it('leaves what somebody else has written or deleted since', async () => {
    const a = await secret('a', blob(FIRST), blob(FIRST), blob(FIRST));
    const b = await secret('b', blob(FIRST));
    const read = await started();
    const replaced = (await store.outdated(SECOND, NOWHERE, 10)).map(replacing);
    const theirs = blob(FIRST);
    await database.admin.query("UPDATE secret_version SET wrapped_data_key = ? WHERE secret_id = ? AND version_id = 'v1'", [
      theirs,
      a,
    ]);
    await database.admin.query('DELETE FROM secret WHERE id = ?', [b]);
    await store.advance(read, { replaced, changes: {} }, options());
    expect(await stored()).toEqual([replaced[0]!.replacement, theirs, replaced[2]!.replacement]);
    expect(await store.find(keyId)).toMatchObject({ reEncrypted: 2 });
  });

  it.each<[string, Partial<ReEncryption>]>([
    ['stopped', { state: 'stopped' }],
    ['started anew', { runId: '00000000-0000-4000-8000-000000000002' }],
    ['done by somebody else', { reached: Buffer.from('x') }],
    ['in another pass', { pass: 2 }],
  ])('is not written once the re-encryption is %s', async (_what, change) => {
    await secret('a', blob(FIRST));
    const replaced = (await store.outdated(SECOND, NOWHERE, 10)).map(replacing);
    const before = await stored();
    await started(change);
    expect(await store.advance(run(), { replaced, changes: { state: 'completed' } }, options())).toBe(false);
    expect([await stored(), await store.find(keyId)]).toEqual([before, run(change)]);
  });

  it('is written once, however many write it', async () => {
    await secret('a', ...Array.from({ length: 100 }, () => blob(FIRST)));
    const read = await started();
    const batch = await store.outdated(SECOND, NOWHERE, 100);
    const write = () => {
      const replaced = batch.map(replacing);
      return store.advance(read, { replaced, changes: { reached: batch[99]!.wrapped } }, options());
    };
    const written = await Promise.all([write(), write(), write()]);
    expect(written.filter(Boolean)).toHaveLength(1);
    expect(await store.find(keyId)).toMatchObject({ reEncrypted: 100 });
  });

  it('is written while others change the same secrets', async () => {
    const ids = await Promise.all(['a', 'b', 'c', 'd'].map((name) => secret(name, blob(FIRST), blob(FIRST), blob(FIRST))));
    const read = await started();
    const replaced = (await store.outdated(SECOND, NOWHERE, 100)).map(replacing);
    // In another order, each in one transaction.
    const others = [3, 1, 0, 2].map((index) =>
      pool.transaction(async (statements) => {
        for (const version of ['v2', 'v0', 'v1']) {
          await statements.execute('UPDATE secret_version SET was_current = TRUE WHERE secret_id = ? AND version_id = ?', [
            ids[index],
            version,
          ]);
        }
      }),
    );
    const [written] = await Promise.all([store.advance(read, { replaced, changes: {} }, options()), ...others]);
    expect(written).toBe(true);
    const [rows] = await database.admin.query('SELECT COUNT(*) AS n FROM secret_version WHERE was_current');
    expect(rows).toMatchObject([{ n: 12 }]);
    expect(await store.countOutdated(SECOND)).toBe(0);
  });
});

it('has a migration that can be undone', async () => {
  const source = await openDataSource({ database, entities: [], migrations: [...migrations] }, 0);
  await source.undoLastMigration();
  await source.runMigrations();
  await source.destroy();
  expect(await store.find(keyId)).toBeUndefined();
});
