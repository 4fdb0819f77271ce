import { createHotPool, type HotPool, migrateSchema } from '@strongroom/database';
import { silentLogger } from '@strongroom/telemetry';
import { createTestDatabase, type TestDatabase } from '@strongroom/testing';
import { parseFilters } from '../domain/secret-filter';
import type { ListQuery } from '../domain/secret-store.port';
import { migrations } from './migrations';
import { alongOrder, alongTerms, type rangesOf, throughTerms } from './secret-list.query';
import { DatabaseSecretStore } from './secret.store';

const ACCOUNT = '000000000000';
const later = () => Date.now() + 30_000;
const noAudit = async (): Promise<void> => {};

const WORDS = ['alpha', 'beta', 'gammaRay', 'Delta', 'über', 'x1'];
const some = (n: number, from: readonly string[]): string[] => from.filter((_, bit) => n & (1 << bit));

/** The same secrets and the same question, by every way there is. */
describe('filters of lists', () => {
  let database: TestDatabase;
  let pool: HotPool;
  let byTerms: DatabaseSecretStore;
  let byOrder: DatabaseSecretStore;
  let byLookup: DatabaseSecretStore;
  let byChoice: DatabaseSecretStore;

  const create = (name: string, description: string, tags: [string, string][] = [], accountId = ACCOUNT) =>
    byTerms.create(
      {
        accountId,
        region: 'us-east-1',
        name,
        suffix: 'abcdef',
        description,
        kmsKeyArn: undefined,
        createdAt: new Date('2026-03-10T12:00:00Z'),
        creationToken: 'token',
        tags: new Map(tags),
      },
      { deadline: later(), beforeCommit: noAudit },
    );
  const listed = async (store: DatabaseSecretStore, filters: [string, ...string[]][], more: Partial<ListQuery> = {}) => {
    const names: string[] = [];
    const parsed = parseFilters(filters.map(([key, ...values]) => ({ key, values })));
    const query = { accountId: ACCOUNT, region: 'us-east-1', includeDeleted: false, sort: 'created', descending: false } as const;
    for (let after: ListQuery['after']; ;) {
      const page = await store.list({ ...query, limit: 3, ...more, filters: parsed, after }, later());
      names.push(...page.items.map(({ name }) => name));
      if (!page.next) return names;
      after = page.next;
    }
  };
  const idOf = async (name: string): Promise<number> => {
    const [rows] = await database.admin.query('SELECT id FROM secret WHERE name = ?', [name]);
    return Number((rows as { id: number }[])[0]!.id);
  };
  const terms = async (): Promise<number> => {
    const [rows] = await database.admin.query('SELECT COUNT(*) AS count FROM secret_term');
    return Number((rows as { count: number }[])[0]!.count);
  };
  const change = async (name: string, work: Parameters<DatabaseSecretStore['change']>[1]) =>
    byTerms.change(await idOf(name), work, { deadline: later(), beforeCommit: noAudit });

  beforeAll(async () => {
    database = await createTestDatabase('search');
    await migrateSchema(database, migrations);
    pool = createHotPool(database, { poolSize: 8 });
    byChoice = new DatabaseSecretStore(pool, silentLogger);
    byOrder = new DatabaseSecretStore(pool, silentLogger, () => alongOrder);
    // The first filter that terms answer, and of each of its values the first alternative.
    const firstOf = (ranges: readonly ReturnType<typeof rangesOf>[number][]) => {
      const [{ filter }] = ranges as [(typeof ranges)[number]];
      return { filter, ranges: ranges.filter((one) => one.filter === filter && one.alternative === 0) };
    };
    byLookup = new DatabaseSecretStore(pool, silentLogger, (_query, ranges) => throughTerms(firstOf(ranges)));
    byTerms = new DatabaseSecretStore(pool, silentLogger, (query, ranges) =>
      (query.sort === 'created' ? alongTerms : throughTerms)(firstOf(ranges)),
    );
  }, 60_000);
  afterAll(async () => {
    await pool?.close();
    await database?.drop();
  });
  beforeEach(async () => {
    await database.admin.query('DELETE FROM secret');
  });

  it('find the same by terms as along the order, whatever is looked for', async () => {
    for (let n = 0; n < 40; n++) {
      const tags = some(n >> 1, WORDS).map((word): [string, string] => [word, `${word} ${n % 3}`]);
      await create(`s${n % 7}/${n}-${WORDS[n % 6]!.replace('ü', 'u')}`, some(n, WORDS).join(' '), tags);
    }
    await create('elsewhere', 'alpha beta', [['alpha', 'alpha']], '111111111111');
    const filters: [string, ...string[]][][] = [];
    for (const value of ['al', 'gammaray', 'ray', 'Ray', 'Del', 'ü', 'alpha beta', 'x', '!alpha', 'none', 'al_', '%']) {
      for (const key of ['description', 'all', 'tag-key', 'tag-value', 'owning-service', 'name', 'primary-region']) {
        filters.push(
          [[key, value]],
          [[key, value, 'Delta']],
          [
            ['all', 'beta'],
            [key, value],
          ],
        );
      }
    }
    for (const [n, each] of filters.entries()) {
      const more = { sort: n % 2 ? 'name' : 'created', descending: n % 3 === 0, limit: n % 5 ? 100 : 3 } as const;
      const expected = { each, found: await listed(byOrder, each, more) };
      for (const store of [byTerms, byLookup, byChoice])
        expect({ each, found: await listed(store, each, more) }).toEqual(expected);
    }
  }, 60_000);

  it('tell a space at the end, a pattern and a letter with an accent from others', async () => {
    await create('spaces', '', [
      ['a', 'x'],
      ['b', 'x '],
    ]);
    await create('patterns', '', [
      ['a', '100%'],
      ['b_c', 'y'],
    ]);
    await create('accents', '', [['é', 'e']]);
    expect(await listed(byTerms, [['tag-value', 'x ']])).toEqual(['spaces']);
    expect(await listed(byTerms, [['tag-value', '100%']])).toEqual(['patterns']);
    expect(await listed(byTerms, [['tag-key', 'b%']])).toEqual([]);
    expect(await listed(byTerms, [['tag-key', 'b_']])).toEqual(['patterns']);
    expect(await listed(byTerms, [['tag-key', 'e']])).toEqual([]);
  });

  it('follow each change of a text, and forget a secret that is gone', async () => {
    await create('first', 'old words', [['stage', 'test']]);
    await change('first', (locked) => locked.update({ description: 'new words', lastChangedAt: new Date() }));
    expect(await listed(byTerms, [['description', 'old']])).toEqual([]);
    expect(await listed(byTerms, [['description', 'new']])).toEqual(['first']);
    await change('first', async (locked) => {
      await locked.removeTags(['stage']);
      await locked.putTags([{ key: 'team', value: 'blue' }]);
      await locked.update({ lastChangedAt: new Date() });
    });
    expect(await listed(byTerms, [['tag-key', 'stage']])).toEqual([]);
    expect(await listed(byTerms, [['all', 'blue new']])).toEqual(['first']);
    await change('first', (locked) => locked.update({ lastChangedAt: new Date() }));
    expect(await byTerms.makeSearchable(10)).toBe(0);
    await change('first', (locked) => locked.remove());
    expect(await terms()).toBe(0);
  });

  it('find at once what an older version of the service has written, and by terms once these are written', async () => {
    await create('known', 'one', [['stage', 'test']]);
    await create('changed', 'one', [['stage', 'test']]);
    // What that version writes.
    await database.admin.query("UPDATE secret SET description = 'two', last_changed_at = NOW(3) WHERE name = 'changed'");
    await database.admin.query(`INSERT INTO secret
      (account_id, region, name, arn_suffix, description, created_at, last_changed_at, creation_token)
      VALUES ('${ACCOUNT}', 'us-east-1', 'made', 'abcdef', 'three', NOW(3), NOW(3), 'token')`);
    const all = async () => ({
      two: await listed(byTerms, [['description', 'two']]),
      three: await listed(byTerms, [['all', 'three']]),
      stage: await listed(byTerms, [['tag-key', 'stage']]),
      // Its name and the other's description.
      one: await listed(byTerms, [['description', 'one']]),
    });
    const found = { two: ['changed'], three: ['made'], stage: ['known', 'changed'], one: ['known'] };
    expect(await all()).toEqual(found);
    // A change that is none of a text leaves it as it is.
    await change('changed', (locked) => locked.update({ lastChangedAt: new Date() }));
    expect(await byTerms.makeSearchable(1)).toBe(1);
    expect(await byTerms.makeSearchable(10)).toBe(1);
    expect(await byTerms.makeSearchable(10)).toBe(0);
    expect(await all()).toEqual(found);
  });

  it('leave to others what they have locked', async () => {
    await create('locked', '');
    await database.admin.query('UPDATE secret SET searched_at = NULL');
    await change('locked', async () => expect(await byTerms.makeSearchable(10)).toBe(0));
    expect(await byTerms.makeSearchable(10)).toBe(1);
  });
});
