import { ManualClock, SECOND } from '@strongroom/clock';
import { createHotPool, migrateSchema, openDataSource, type HotPool } from '@strongroom/database';
import { RootKey } from '@strongroom/envelope';
import { systemRandom } from '@strongroom/random';
import { createTestDatabase, type TestDatabase } from '@strongroom/testing';
import type { DataSource } from 'typeorm';
import { KeyFactory } from '../domain/key-factory';
import type { KeyRecord } from '../domain/key-record';
import { withMaterial } from '../domain/in-memory-keys.testing';
import { KeyPairs } from '../domain/key-pairs';
import { KeyRing } from '../domain/key-ring';
import { DatabaseKeyReader } from './key.reader';
import { DatabaseKeyStore } from './key.store';
import { entities } from './entities';
import { migrations } from './migrations';

const region = 'us-east-1';
const accountId = '000000000000';
const clock = new ManualClock('2026-11-01T10:20:30.123Z');
const rootKey = RootKey.generate(systemRandom);
const ring = new KeyRing(rootKey, systemRandom);
const factory = new KeyFactory(ring, new KeyPairs(rootKey, systemRandom), systemRandom, clock, region);
const write = { beforeCommit: () => Promise.resolve() };
const refuse = { beforeCommit: () => Promise.reject(new Error('no record')) };

let database: TestDatabase;
let dataSource: DataSource;
let pool: HotPool;
let statements: string[];
let reader: DatabaseKeyReader;
let store: DatabaseKeyStore;

beforeAll(async () => {
  database = await createTestDatabase('keys');
  await migrateSchema(database, migrations);
  dataSource = await openDataSource({ database, entities });
  const { fingerprint } = rootKey;
  await dataSource.query('INSERT INTO root_key (slot, fingerprint, in_use) VALUES (1, ?, UNHEX(?))', [fingerprint, fingerprint]);
  pool = createHotPool(database);
  const counted: HotPool = {
    ...pool,
    query: (sql, parameters, options) => (statements.push(sql), pool.query(sql, parameters, options)),
  };
  reader = new DatabaseKeyReader(counted, region, clock);
  store = new DatabaseKeyStore(dataSource, region, clock);
});

afterAll(async () => {
  await pool?.close();
  await dataSource?.destroy();
  await database?.drop();
});

beforeEach(async () => {
  statements = [];
  for (const table of ['key_alias', 'key_material', 'customer_key']) await dataSource.query(`DELETE FROM ${table}`);
});

const make = (change: Partial<KeyRecord> = {}): KeyRecord => ({
  ...withMaterial(
    ring,
    factory.make({ accountId, manager: 'CUSTOMER', description: 'päyments 🔑', policy: '{"a":"é"}', tags: { Team: 'blåu' } }),
  ),
  ...change,
});
const stored = async (alias?: string, change?: Partial<KeyRecord>): Promise<KeyRecord> => {
  const key = make(change);
  await store.insert(key, alias, write);
  return { ...key, aliases: alias === undefined ? [] : [alias] };
};
const alias = (name: string, keyId: string) => {
  const now = clock.now();
  return { accountId, name, keyId, createdAt: now, updatedAt: now };
};
const reasonOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { reason?: string; message: string }) => error.reason ?? error.message,
  );

describe('reading', () => {
  it('finds a key as it was stored, by id and by alias', async () => {
    const key = await stored('alias/app');
    expect(await reader.byId(key.keyId)).toEqual(key);
    expect(await reader.byAlias(accountId, 'alias/app')).toEqual(key);
    expect(await reader.byAlias('111111111111', 'alias/app')).toBeUndefined();
    expect(await reader.byAlias(accountId, 'alias/APP')).toBeUndefined();
    expect(await reader.byId('1234abcd-12ab-34cd-56ef-1234567890ab')).toBeUndefined();
  });

  it('asks once for all that is asked for in a turn, and anew in the next', async () => {
    const keys = await Promise.all([stored('alias/a'), stored('alias/b'), stored()]);
    const many = Array.from({ length: 100 }, (_, i) => keys[i % 3]!.keyId);
    const found = await Promise.all([...many.map((id) => reader.byId(id)), reader.byAlias(accountId, 'alias/a')]);
    expect(found.map((key) => key?.keyId)).toEqual([...many, keys[0].keyId]);
    expect(statements).toHaveLength(2);

    await store.change('DisableKey', keys[0].keyId, { state: 'Disabled' }, write);
    expect((await reader.byId(keys[0].keyId))?.state).toBe('Disabled');
    expect(statements).toHaveLength(3);
  });

  it('never answers from a read that began before the question', async () => {
    const key = await stored();
    const first = reader.byId(key.keyId);
    // The first read has left by the time the second one is asked for.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    await store.change('DisableKey', key.keyId, { state: 'Disabled' }, write);
    expect((await reader.byId(key.keyId))?.state).toBe('Disabled');
    await first;
  });

  describe('of a key with many materials', () => {
    let key: KeyRecord;
    beforeEach(async () => {
      key = await stored('alias/app');
      const sealed = Buffer.from(ring.newMaterial(key).wrapped!).toString('hex');
      const rows = Array.from({ length: 500 }, (_, i) => `('${key.keyId}', ${i + 2}, UNHEX('${sealed}'), NOW(3))`);
      await dataSource.query(`INSERT INTO key_material (key_id, version, wrapped, created_at) VALUES ${rows.join(', ')}`);
      await dataSource.query('UPDATE customer_key SET current_material = 400 WHERE key_id = ?', [key.keyId]);
    });
    const versions = (found: KeyRecord | undefined) => found?.materials.map(({ version }) => version);

    it('takes the current one, and the one that is asked for', async () => {
      const asked = [undefined, 1, 7, 400, 501, 502].map((version) => reader.byId(key.keyId, version));
      const found = [...(await Promise.all(asked)), await reader.byAlias(accountId, 'alias/app')];
      expect(found.map(versions)).toEqual([[400], [400, 1], [400, 7], [400], [400, 501], [400], [400]]);
      expect(statements).toHaveLength(2);
    });

    it('finds each by the primary key, and touches no other', async () => {
      const other = await stored();
      await Promise.all([reader.byId(key.keyId, 7), reader.byId(other.keyId, 1), reader.byAlias(accountId, 'alias/app')]);
      const parameters = [
        [key.keyId, other.keyId, key.keyId, 7, other.keyId, 1],
        [accountId, 'alias/app'],
      ];
      for (const [index, statement] of statements.entries()) {
        const plan = await dataSource.query<{ table: string; key: string; rows: string }[]>(
          `EXPLAIN ${statement}`,
          parameters[index],
        );
        const materials = plan.filter(({ table }) => table === 'm');
        expect(materials.length).toBeGreaterThan(0);
        expect(materials.every(({ key: index, rows }) => index === 'PRIMARY' && Number(rows) <= 2)).toBe(true);
      }
    });
  });

  it('finds a key that has no material yet', async () => {
    const key = await stored(undefined, { origin: 'EXTERNAL', state: 'PendingImport', materials: [] });
    expect(await reader.byId(key.keyId, 1)).toMatchObject({ state: 'PendingImport', materials: [] });
  });
});

describe('writing', () => {
  it('changes nothing when the event cannot be recorded', async () => {
    const key = await stored('alias/app');
    const other = make();
    expect(await reasonOf(store.insert(other, undefined, refuse))).toBe('no record');
    expect(await reasonOf(store.change('DisableKey', key.keyId, { state: 'Disabled' }, refuse))).toBe('no record');
    expect(await reasonOf(store.change('PutKeyPolicy', key.keyId, { policy: '{}' }, refuse))).toBe('no record');
    expect(await reasonOf(store.createAlias(alias('alias/b', key.keyId), refuse))).toBe('no record');
    expect(await reasonOf(store.deleteAlias(accountId, 'alias/app', refuse))).toBe('no record');
    expect(await reader.byId(other.keyId)).toBeUndefined();
    expect(await reader.byAlias(accountId, 'alias/app')).toEqual(key);
    expect(await store.listAliases(accountId, undefined, { after: '', limit: 10 })).toHaveLength(1);
  });

  it('lets one of many have an alias, and stores nothing of the others', async () => {
    const keys = Array.from({ length: 6 }, () => make());
    const outcomes = await Promise.all(keys.map((key) => reasonOf(store.insert(key, 'alias/aws/secretsmanager', write))));
    expect(outcomes.sort()).toEqual([...Array<string>(5).fill('AlreadyExistsException'), 'done']);
    expect(await store.listKeyIds(accountId, { after: '', limit: 10 })).toHaveLength(1);
    expect(await dataSource.query('SELECT COUNT(*) AS n FROM key_material')).toEqual([{ n: 1 }]);
  });

  it('sets state and policy', async () => {
    const key = await stored();
    await store.change('DisableKey', key.keyId, { state: 'Disabled' }, write);
    await store.change('PutKeyPolicy', key.keyId, { policy: '{"b":1}' }, write);
    expect(await reader.byId(key.keyId)).toMatchObject({ state: 'Disabled', policy: '{"b":1}' });
    await store.change('EnableKey', key.keyId, { state: 'Enabled' }, write);
    expect(await reader.byId(key.keyId)).toMatchObject({ state: 'Enabled' });
    expect(await reasonOf(store.change('EnableKey', '1234abcd-12ab-34cd-56ef-1234567890ab', { state: 'Enabled' }, write))).toBe(
      'NotFoundException',
    );
  });

  it('changes what an operation on the key changes, and knows the key while it does', async () => {
    const key = await stored();
    const deletionAt = new Date('2026-12-01T00:00:00.000Z');
    await store.change('ScheduleKeyDeletion', key.keyId, { state: 'PendingDeletion', deletionAt }, write);
    expect(await reader.byId(key.keyId)).toMatchObject({ state: 'PendingDeletion', deletionAt });
    await store.change('CancelKeyDeletion', key.keyId, { state: 'Disabled', deletionAt: null }, write);
    expect(await reader.byId(key.keyId)).toMatchObject({ state: 'Disabled', deletionAt: undefined });
    const added = ['a', 'b', 'c', 'd'].map((name) =>
      store.change('TagResource', key.keyId, ({ tags }) => ({ tags: { ...tags, [name]: 'x' } }), write),
    );
    await Promise.all(added);
    expect(await reader.byId(key.keyId)).toMatchObject({ tags: { Team: 'blåu', a: 'x', b: 'x', c: 'x', d: 'x' } });
  });

  it('holds the longest description and policy', async () => {
    const change = { description: '😀'.repeat(8_192), policy: `"${'x'.repeat(32_766)}"` };
    const key = await stored(undefined, change);
    expect(await reader.byId(key.keyId)).toMatchObject(change);
  });

  it('leaves a key alone that is pending deletion', async () => {
    const key = await stored(undefined, { state: 'PendingDeletion' });
    expect(await reasonOf(store.change('EnableKey', key.keyId, { state: 'Enabled' }, write))).toBe('KMSInvalidStateException');
    expect(await reasonOf(store.createAlias(alias('alias/a', key.keyId), write))).toBe('KMSInvalidStateException');
  });
});

describe('aliases', () => {
  it('are made, moved and deleted', async () => {
    const [first, second] = [await stored(), await stored()];
    await store.createAlias(alias('alias/app', first.keyId), write);
    expect(await reasonOf(store.createAlias(alias('alias/app', second.keyId), write))).toBe('AlreadyExistsException');
    clock.advance(SECOND);
    await store.updateAlias({ accountId, name: 'alias/app', keyId: second.keyId, updatedAt: clock.now() }, write);
    expect((await reader.byAlias(accountId, 'alias/app'))?.keyId).toBe(second.keyId);
    const [listed] = await store.listAliases(accountId, second.keyId, { after: '', limit: 10 });
    expect(listed!.updatedAt.getTime() - listed!.createdAt.getTime()).toBe(SECOND);
    await store.deleteAlias(accountId, 'alias/app', write);
    expect(await reader.byAlias(accountId, 'alias/app')).toBeUndefined();
    expect(await reasonOf(store.deleteAlias(accountId, 'alias/app', write))).toBe('NotFoundException');
    expect(
      await reasonOf(store.updateAlias({ accountId, name: 'alias/app', keyId: first.keyId, updatedAt: clock.now() }, write)),
    ).toBe('NotFoundException');
  });

  it('are at most 50 on a key, whoever makes them at the same time', async () => {
    const [key, other] = [await stored(), await stored()];
    for (let i = 0; i < 48; i++) await store.createAlias(alias(`alias/${i}`, key.keyId), write);
    const racing = [48, 49, 50, 51].map((i) => reasonOf(store.createAlias(alias(`alias/${i}`, key.keyId), write)));
    expect((await Promise.all(racing)).sort()).toEqual(['LimitExceededException', 'LimitExceededException', 'done', 'done']);
    await store.createAlias(alias('alias/other', other.keyId), write);
    const moved = { accountId, name: 'alias/other', keyId: key.keyId, updatedAt: clock.now() };
    expect(await reasonOf(store.updateAlias(moved, write))).toBe('LimitExceededException');
    expect((await reader.byAlias(accountId, 'alias/other'))?.keyId).toBe(other.keyId);
  });
});

it('lists in pages, each account its own', async () => {
  const keys = [await stored('alias/c'), await stored('alias/a'), await stored('alias/b')];
  await stored('alias/d', { accountId: '111111111111' });
  const ids = keys.map((key) => key.keyId).sort();
  expect(await store.listKeyIds(accountId, { after: '', limit: 2 })).toEqual(ids.slice(0, 2));
  expect(await store.listKeyIds(accountId, { after: ids[1]!, limit: 2 })).toEqual(ids.slice(2));
  const names = async (after: string) =>
    (await store.listAliases(accountId, undefined, { after, limit: 2 })).map(({ name }) => name);
  expect(await names('')).toEqual(['alias/a', 'alias/b']);
  expect(await names('alias/b')).toEqual(['alias/c']);
});
