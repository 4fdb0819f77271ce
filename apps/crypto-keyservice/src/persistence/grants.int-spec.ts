import { ManualClock } from '@strongroom/clock';
import { createHotPool, migrateSchema, openDataSource, type HotPool } from '@strongroom/database';
import { randomUuid, systemRandom } from '@strongroom/random';
import { createTestDatabase, type TestDatabase } from '@strongroom/testing';
import type { DataSource } from 'typeorm';
import type { Grant } from '../domain/grant';
import { limitsOf } from '../domain/grant-limits';
import { keyForTests } from '../domain/key-record.testing';
import { DatabaseGrantReader } from './grant.reader';
import { DatabaseGrantStore } from './grant.store';
import { DatabaseKeyStore } from './key.store';
import { entities } from './entities';
import { migrations } from './migrations';

const region = 'us-east-1';
const accountId = '000000000000';
const clock = new ManualClock('2026-11-01T10:20:30.123Z');
const write = { beforeCommit: () => Promise.resolve() };
const user = (name: string) => `arn:aws:iam::${accountId}:user/${name}`;

let database: TestDatabase;
let dataSource: DataSource;
let pool: HotPool;
let statements: string[];
let keys: DatabaseKeyStore;
let reader: DatabaseGrantReader;
let store: DatabaseGrantStore;
let keyId: string;

beforeAll(async () => {
  database = await createTestDatabase('grants');
  await migrateSchema(database, migrations);
  dataSource = await openDataSource({ database, entities });
  pool = createHotPool(database);
  const counted: HotPool = {
    ...pool,
    query: (sql, parameters, options) => (statements.push(sql), pool.query(sql, parameters, options)),
  };
  keys = new DatabaseKeyStore(dataSource, region, clock);
  reader = new DatabaseGrantReader(counted);
  store = new DatabaseGrantStore(dataSource, { region, clock });
});
afterAll(async () => {
  await pool?.close();
  await dataSource?.destroy();
  await database?.drop();
});
beforeEach(async () => {
  keyId = randomUuid(systemRandom);
  await keys.insert(keyForTests({ accountId, keyId, policy: '{}' }), undefined, write);
  statements = [];
});

const grant = (change: Partial<Grant> = {}): Grant => ({
  grantId: systemRandom.bytes(32).toString('hex'),
  keyId,
  issuingAccountId: accountId,
  name: undefined,
  grantee: user('alice'),
  retiring: undefined,
  operations: ['Decrypt', 'DescribeKey'],
  constraints: { encryptionContextSubset: {}, encryptionContextEquals: {}, sourceArn: undefined },
  createdAt: clock.now(),
  tokenKey: systemRandom.bytes(32),
  ...change,
});
const create = (change?: Partial<Grant>) => store.create(grant(change), write);
const reasonOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { reason?: string; message: string }) => error.reason ?? error.message,
  );

describe('reading', () => {
  const long = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`${'ä'.repeat(100)}${i}`, '🔑'.repeat(100)]));

  it.each<[string, Partial<Grant>]>([
    ['a plain one', {}],
    ['one with pairs', { constraints: { encryptionContextSubset: long, encryptionContextEquals: {}, sourceArn: undefined } }],
    [
      'one with everything',
      {
        name: 'backup/1',
        retiring: user('bob'),
        issuingAccountId: '111111111111',
        operations: ['CreateGrant', 'Encrypt'],
        constraints: { encryptionContextSubset: {}, encryptionContextEquals: long, sourceArn: 'arn:aws:s3:::bücket' },
      },
    ],
  ])('finds %s as it was stored', async (_, change) => {
    const made = await create(change);
    expect(await store.find(made.grantId)).toEqual(made);
    expect(await reader.tokenKey(made.grantId)).toEqual(made.tokenKey);
    const [operation] = made.operations;
    expect(await reader.to([made.grantee], keyId, operation!)).toEqual([{ grantee: made.grantee, ...limitsOf(made) }]);
    expect(await reader.to([made.grantee], keyId, 'Sign')).toEqual([]);
    expect(await reader.to([user('Alice')], keyId, operation!)).toEqual([]);
    expect(await reader.to([made.grantee], '', operation!)).toEqual([]);
  });

  it('asks once for all that is asked for in a turn, and anew in the next', async () => {
    const role = `arn:aws:iam::${accountId}:role/App`;
    const [first] = await Promise.all([create(), create({ grantee: role }), create({ grantee: user('bob') })]);
    const [forAlice, forSession, forNobody, forOther] = await Promise.all([
      reader.to([user('alice'), role], keyId, 'Decrypt'),
      reader.to([role], keyId, 'DescribeKey'),
      reader.to([user('alice')], keyId, 'Encrypt'),
      reader.to([user('alice')], '00000000-0000-0000-0000-000000000000', 'Decrypt'),
    ]);
    expect(statements).toHaveLength(1);
    expect([forAlice, forSession, forNobody, forOther].map((found) => found.map(({ grantee }) => grantee).sort())).toEqual([
      [role, user('alice')],
      [role],
      [],
      [],
    ]);
    await store.remove(first, write);
    expect(await reader.to([user('alice')], keyId, 'Decrypt')).toEqual([]);
    expect(statements).toHaveLength(2);
  });

  it('looks once for what many ask for in a turn', async () => {
    await create();
    const [first, ...others] = await Promise.all(Array.from({ length: 100 }, () => reader.to([user('alice')], keyId, 'Decrypt')));
    expect(first).toHaveLength(1);
    expect(others.every((found) => found === first)).toBe(true);
    expect(statements).toHaveLength(1);
    expect(statements[0]!.split('key_id = ?')).toHaveLength(2);
  });

  it('reads the index of those who have grants, and not all grants of a key', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, i) => create({ grantee: user(`user-${i}`) })));
    await reader.to([user('user-1')], keyId, 'Decrypt');
    const parameters = [keyId, user('user-1'), '', '', 'Decrypt'];
    const plan = await dataSource.query<{ key: string; rows: unknown }[]>(`EXPLAIN ${statements[0]}`, parameters);
    expect(plan).toMatchObject([{ key: 'ix_grantee' }]);
    expect(Number(plan[0]!.rows)).toBeLessThan(10);
  });
});

describe('a name', () => {
  it('makes one grant of many equal requests, whoever asks at the same time', async () => {
    const terms = {
      name: 'backup',
      constraints: { encryptionContextSubset: { a: '1', b: '2' }, encryptionContextEquals: {}, sourceArn: undefined },
    };
    const made = await Promise.all(Array.from({ length: 20 }, () => create(terms)));
    expect(new Set(made.map(({ grantId }) => grantId)).size).toBe(1);
    expect(new Set(made.map(({ tokenKey }) => tokenKey.toString('hex'))).size).toBe(1);
    const turned = { ...terms.constraints, encryptionContextSubset: { b: '2', a: '1' } };
    const again = await create({ ...terms, operations: ['DescribeKey', 'Decrypt'], constraints: turned });
    expect(again.grantId).toBe(made[0]!.grantId);
  });

  it('makes another grant of a request that differs', async () => {
    const differences: Partial<Grant>[] = [
      {},
      { name: 'other' },
      { grantee: user('bob') },
      { retiring: user('bob') },
      { operations: ['Decrypt'] },
      { issuingAccountId: '111111111111' },
      { constraints: { encryptionContextSubset: { a: '1' }, encryptionContextEquals: {}, sourceArn: undefined } },
      { constraints: { encryptionContextSubset: {}, encryptionContextEquals: { a: '1' }, sourceArn: undefined } },
      { constraints: { encryptionContextSubset: {}, encryptionContextEquals: {}, sourceArn: 'arn:aws:s3:::bucket' } },
    ];
    const made = await Promise.all(differences.map((difference) => create({ name: 'backup', ...difference })));
    expect(new Set(made.map(({ grantId }) => grantId)).size).toBe(differences.length);
  });

  it('is free again once its grant is gone; without one each request makes a grant', async () => {
    const first = await create({ name: 'backup' });
    await store.remove(first, write);
    expect((await create({ name: 'backup' })).grantId).not.toBe(first.grantId);
    expect((await create()).grantId).not.toBe((await create()).grantId);
  });
});

describe('writing', () => {
  it('changes nothing when the event cannot be recorded', async () => {
    const refuse = { beforeCommit: () => Promise.reject(new Error('no record')) };
    const wanted = grant();
    expect(await reasonOf(store.create(wanted, refuse))).toBe('no record');
    expect(await store.find(wanted.grantId)).toBeUndefined();
    const made = await create();
    expect(await reasonOf(store.remove(made, refuse))).toBe('no record');
    expect(await store.find(made.grantId)).toEqual(made);
  });

  it('removes a grant of its key only, and only once', async () => {
    const made = await create();
    expect(await reasonOf(store.remove({ ...made, keyId: '00000000-0000-0000-0000-000000000000' }, write))).toBe(
      'NotFoundException',
    );
    const both = await Promise.all([store.remove(made, write), store.remove(made, write)].map(reasonOf));
    expect(both.sort()).toEqual(['NotFoundException', 'done']);
  });

  it('needs an enabled key', async () => {
    await keys.change('DisableKey', keyId, { state: 'Disabled' }, write);
    expect(await reasonOf(create())).toBe('DisabledException');
    expect(await reasonOf(create({ keyId: '00000000-0000-0000-0000-000000000000' }))).toBe('NotFoundException');
  });
});

describe('limits', () => {
  /** Rows as `create` makes them. */
  const fill = (count: number, grantee: string) =>
    dataSource.query(
      `INSERT INTO key_grant (grant_id, key_id, issuing_account, grantee, operations, context_pairs, context_exact,
         encryption_context, token_key, created_at)
       SELECT SHA2(UUID(), 256), ?, ?, ${grantee}, 'Decrypt', '', 0, '{}', REPEAT('x', 32), NOW(3)
       FROM (SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n AS n FROM ${['a', 'b', 'c', 'd', 'e'].map(digits).join(', ')}) numbers
       WHERE n < ?`,
      [keyId, accountId, count],
    );
  const digits = (name: string) =>
    `(SELECT 0 AS n ${Array.from({ length: 9 }, (_, i) => `UNION ALL SELECT ${i + 1}`).join(' ')}) ${name}`;

  it('are 1,000 grants of a key to one principal, whoever makes them at the same time', async () => {
    await fill(997, `'${user('alice')}'`);
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => reasonOf(create())));
    expect(outcomes.sort()).toEqual([...Array<string>(3).fill('LimitExceededException'), ...Array<string>(3).fill('done')]);
    expect(await reader.to([user('alice')], keyId, 'Decrypt')).toHaveLength(1_000);
    expect(await reasonOf(create({ grantee: user('bob') }))).toBe('done');
  });

  it('are 50,000 grants of a key', async () => {
    await fill(49_999, "CONCAT('arn:aws:iam::000000000000:user/', n)");
    expect(await reasonOf(create({ name: 'last' }))).toBe('done');
    expect(await reasonOf(create())).toBe('LimitExceededException');
    // It is the same grant, not one more.
    expect(await reasonOf(create({ name: 'last' }))).toBe('done');
  });
});

it('lists by pages, in the order of ids', async () => {
  const made = await Promise.all([
    ...Array.from({ length: 5 }, () => create()),
    create({ grantee: user('bob'), retiring: user('carol') }),
  ]);
  const ids = made.map(({ grantId }) => grantId).sort();
  const listed = async (...query: Parameters<typeof store.list>) => (await store.list(...query)).map(({ grantId }) => grantId);
  expect(await listed({ keyId }, { after: '', limit: 4 })).toEqual(ids.slice(0, 4));
  expect(await listed({ keyId }, { after: ids[3]!, limit: 4 })).toEqual(ids.slice(4));
  const bobs = made.at(-1)!.grantId;
  expect(await listed({ keyId, grantee: user('bob') }, { after: '', limit: 4 })).toEqual([bobs]);
  expect(await listed({ retiring: user('carol') }, { after: '', limit: 4 })).toEqual([bobs]);
  expect(await listed({ keyId, grantId: bobs }, { after: '', limit: 4 })).toEqual([bobs]);
  expect(await listed({ keyId, grantId: bobs }, { after: bobs, limit: 4 })).toEqual([]);
  expect(await listed({ keyId, grantId: 'a'.repeat(64) }, { after: '', limit: 4 })).toEqual([]);
});
