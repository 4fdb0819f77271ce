import { createHotPool, type HotPool, migrateSchema } from '@strongroom/database';
import { silentLogger } from '@strongroom/telemetry';
import { createTestDatabase, type TestDatabase } from '@strongroom/testing';
import type { LockedSecret } from '../domain/secret-store.port';
import { migrations } from './migrations';
import { DatabaseSecretStore } from './secret.store';

const SECRETS = 8;
const CONNECTIONS = 16;
const later = (milliseconds = 30_000) => Date.now() + milliseconds;
const noAudit = async (): Promise<void> => {};

describe('changes of several secrets at the same time', () => {
  let database: TestDatabase;
  let pool: HotPool;
  let store: DatabaseSecretStore;
  let transactions = 0;
  let ids: number[];

  beforeAll(async () => {
    database = await createTestDatabase('shared_changes');
    await migrateSchema(database, migrations);
    pool = createHotPool(database, { poolSize: CONNECTIONS });
    store = new DatabaseSecretStore(
      {
        ...pool,
        transaction: (work, options) => {
          transactions++;
          return pool.transaction(work, options);
        },
      },
      silentLogger,
    );
  }, 60_000);
  afterAll(async () => {
    await pool?.close();
    await database?.drop();
  });

  beforeEach(async () => {
    await database.admin.query('DELETE FROM version_label');
    await database.admin.query('DELETE FROM secret');
    for (let n = 0; n < SECRETS; n++) {
      await store.create(
        {
          accountId: '000000000000',
          region: 'us-east-1',
          name: `secret-${n}`,
          suffix: 'abcdef',
          description: '',
          kmsKeyArn: undefined,
          createdAt: new Date('2026-03-10T12:00:00Z'),
          creationToken: 'token',
          tags: new Map(),
        },
        { deadline: later(), beforeCommit: noAudit },
      );
    }
    const [rows] = await database.admin.query('SELECT id FROM secret ORDER BY name');
    ids = (rows as { id: number }[]).map(({ id }) => Number(id));
    transactions = 0;
  });

  const sealed = { wrappedDataKey: Buffer.from('key'), ciphertext: Buffer.from('value'), kmsKeyArn: 'arn' };

  const addVersion =
    (versionId: string) =>
    async (locked: LockedSecret): Promise<string> => {
      await locked.addVersion({ versionId, createdAt: new Date('2026-03-10T12:00:00Z'), sealed });
      await locked.setLabels({ removed: [], set: [{ label: 'AWSCURRENT', versionId }] });
      await locked.update({ lastChangedAt: new Date('2026-03-11T12:00:00Z') });
      return locked.secret.name;
    };

  const change = (
    n: number,
    work: (locked: LockedSecret) => Promise<unknown> = addVersion('v1'),
    options: { deadline?: number; beforeCommit?(): Promise<void> } = {},
  ): Promise<unknown> =>
    store.change(ids[n]!, work, { deadline: later(), beforeCommit: noAudit, ...options }).catch((error: unknown) => error);

  const list = async (accountId: string): Promise<string[]> => {
    const page = await store.list(
      { accountId, region: 'us-east-1', includeDeleted: false, filters: [], sort: 'name', descending: false, limit: 100 },
      later(),
    );
    return page.items.map(({ name }) => name);
  };

  /** The names of those that have the version, by its label. */
  const labelled = async (versionId = 'v1'): Promise<string[]> => {
    const [rows] = await database.admin.query(
      `SELECT s.name FROM secret s JOIN version_label l ON l.secret_id = s.id JOIN secret_version v ON v.secret_id = s.id AND v.version_id = l.version_id
       WHERE l.label = 'AWSCURRENT' AND l.version_id = ? AND s.last_changed_at = '2026-03-11 12:00:00' ORDER BY s.name`,
      [versionId],
    );
    return (rows as { name: string }[]).map(({ name }) => name);
  };
  const all = Array.from({ length: SECRETS }, (_, n) => `secret-${n}`);
  const allBut = (n: number) => all.filter((name) => name !== `secret-${n}`);

  it('share one transaction', async () => {
    expect(await Promise.all(ids.map((_, n) => change(n)))).toEqual(all);
    expect(await labelled()).toEqual(all);
    expect(transactions).toBe(1);
  });

  it('fail alone before they wrote', async () => {
    const refused = new Error('refused');
    const outcomes = await Promise.all(ids.map((_, n) => change(n, n === 3 ? () => Promise.reject(refused) : undefined)));
    expect(outcomes).toEqual(all.map((name, n) => (n === 3 ? refused : name)));
    expect(await labelled()).toEqual(allBut(3));
    expect(transactions).toBe(1);
  });

  it('leave nothing behind when they fail after they wrote, and the others are whole', async () => {
    const refused = new Error('no audit');
    const outcomes = await Promise.all(
      ids.map((_, n) => change(n, undefined, n === 3 ? { beforeCommit: () => Promise.reject(refused) } : {})),
    );
    expect(outcomes).toEqual(all.map((name, n) => (n === 3 ? refused : name)));
    expect(await labelled()).toEqual(allBut(3));
    const [left] = await database.admin.query('SELECT * FROM secret_version WHERE secret_id = ?', [ids[3]]);
    expect(left).toEqual([]);
  });

  it('are refused one by one by a key of the database', async () => {
    await change(3);
    const outcomes = await Promise.all(ids.map((_, n) => change(n)));
    expect(outcomes.map((outcome) => (outcome instanceof Error ? outcome.constructor.name : outcome))).toEqual(
      all.map((name, n) => (n === 3 ? 'VersionTaken' : name)),
    );
    expect(await labelled()).toEqual(all);
  });

  it('do not wait for a secret that somebody else has locked', async () => {
    await database.admin.query('START TRANSACTION');
    await database.admin.query('SELECT id FROM secret WHERE id = ? FOR UPDATE', [ids[3]]);
    const late = change(3);
    expect(await Promise.all(ids.map((_, n) => (n === 3 ? Promise.resolve('waits') : change(n))))).toEqual(
      all.map((name, n) => (n === 3 ? 'waits' : name)),
    );
    expect(await labelled()).toEqual(allBut(3));
    await database.admin.query('COMMIT');
    expect(await late).toBe('secret-3');
    expect(await labelled()).toEqual(all);
  });

  it('go on while many wait for one secret', async () => {
    await database.admin.query('START TRANSACTION');
    await database.admin.query('SELECT id FROM secret WHERE id = ? FOR UPDATE', [ids[3]]);
    const late = Array.from({ length: 5 * CONNECTIONS }, (_, n) => change(3, addVersion(`v${n}`)));
    expect(await Promise.all(ids.map((_, n) => (n === 3 ? Promise.resolve('waits') : change(n))))).toEqual(
      all.map((name, n) => (n === 3 ? 'waits' : name)),
    );
    expect(await list('000000000000')).toEqual(all);
    await database.admin.query('COMMIT');
    expect(await Promise.all(late)).toEqual(late.map(() => 'secret-3'));
  });

  it('of one secret take effect one after the other', async () => {
    const versions = Array.from({ length: 6 }, (_, n) => `v${n}`);
    const seen: (string | undefined)[] = [];
    await Promise.all(
      versions.map((versionId) =>
        change(0, (locked) => {
          const before = locked.secret.labels.get('AWSCURRENT');
          return addVersion(versionId)(locked).then(() => seen.push(before));
        }),
      ),
    );
    // Each saw what another one left, and none the same.
    expect(new Set(seen).size).toBe(versions.length);
    const [rows] = await database.admin.query('SELECT version_id FROM secret_version WHERE secret_id = ?', [ids[0]]);
    expect(rows).toHaveLength(versions.length);
  });

  it('say which secret is gone', async () => {
    await database.admin.query('DELETE FROM secret WHERE id = ?', [ids[3]]);
    const outcomes = await Promise.all(ids.map((_, n) => change(n)));
    expect(outcomes[3]).toMatchObject({ reason: 'ResourceNotFoundException' });
    expect(await labelled()).toEqual(allBut(3));
  });

  it('hold nobody to the deadline of another one', async () => {
    const outcomes = await Promise.all(
      ids.map((_, n) =>
        change(n, undefined, n === 3 ? { deadline: later(300), beforeCommit: () => new Promise(() => undefined) } : {}),
      ),
    );
    expect(outcomes).toEqual(
      all.map((name, n) => (n === 3 ? (expect.objectContaining({ kind: 'deadline-exceeded' }) as unknown) : name)),
    );
    expect(await labelled()).toEqual(allBut(3));
  });

  it('change different columns in one transaction', async () => {
    const describe = (locked: LockedSecret) =>
      locked.update({ description: `of ${locked.secret.name}`, lastChangedAt: new Date('2026-03-11T12:00:00Z') });
    await Promise.all(ids.map((_, n) => change(n, n % 2 ? describe : undefined)));
    const [rows] = await database.admin.query('SELECT description FROM secret ORDER BY name');
    expect((rows as { description: string }[]).map(({ description }) => description)).toEqual(
      all.map((name, n) => (n % 2 ? `of ${name}` : '')),
    );
    expect(transactions).toBe(1);
  });

  it('outlive the loss of their connection before the commit', async () => {
    let kill = async (): Promise<void> => {
      kill = noAudit;
      const [rows] = await database.admin.query(`SELECT id FROM information_schema.processlist WHERE db = ? AND user = ?`, [
        database.name,
        database.user,
      ]);
      for (const { id } of rows as { id: number }[]) await database.admin.query(`KILL ${Number(id)}`);
    };
    const killed = async (locked: LockedSecret) => {
      await kill();
      return addVersion('v1')(locked);
    };
    expect(await Promise.all(ids.map((_, n) => change(n, n === 3 ? killed : undefined)))).toEqual(all);
    expect(await labelled()).toEqual(all);
  });
});
