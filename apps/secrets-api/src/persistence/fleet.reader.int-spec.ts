import { createHotPool, type HotPool, migrateSchema } from '@strongroom/database';
import { createTestDatabase, type TestDatabase } from '@strongroom/testing';
import { DatabaseFleetReader } from './fleet.reader';
import { migrations } from './migrations';

const day = (n: number) => new Date(Date.UTC(2026, 10, n));
const NOW = day(30);

describe('the figures of all secrets', () => {
  let database: TestDatabase;
  let pool: HotPool;

  beforeAll(async () => {
    database = await createTestDatabase('fleet');
    await migrateSchema(database, migrations);
    pool = createHotPool(database, { poolSize: 2 });
  }, 60_000);
  afterAll(async () => {
    await pool?.close();
    await database?.drop();
  });

  /** A secret with a version of each of these days; the last one is AWSCURRENT. */
  const secret = async (name: string, columns: Record<string, unknown>, ...days: number[]) => {
    const all = {
      account_id: '000000000000',
      region: 'us-east-1',
      name,
      arn_suffix: 'abcdef',
      description: '',
      created_at: day(1),
      last_changed_at: day(1),
      searched_at: day(1),
      creation_token: 'token',
      ...columns,
    };
    const [{ insertId }] = (await database.admin.query('INSERT INTO secret SET ?', [all])) as unknown as [{ insertId: number }];
    for (const at of days) {
      const version = { secret_id: insertId, version_id: `v${at}`, created_at: day(at) };
      await database.admin.query('INSERT INTO secret_version SET ?', [version]);
    }
    if (days.length === 0) return;
    const label = { secret_id: insertId, label: 'AWSCURRENT', version_id: `v${days.at(-1)}` };
    await database.admin.query('INSERT INTO version_label SET ?', [label]);
  };

  it('are those of an empty cluster where there are none', async () => {
    expect(await new DatabaseFleetReader(pool).read(NOW)).toEqual({
      classes: new Map([
        ['managed', { secrets: 0 }],
        ['rotating', { secrets: 0 }],
        ['static', { secrets: 0 }],
      ]),
      lastRotatedAt: undefined,
      overdue: 0,
    });
  });

  it('count by class, by the versions that are AWSCURRENT, whatever the pieces; what is to be deleted counts nowhere', async () => {
    const rotating = { rotation_enabled: true };
    const due = (at: number, by: number) => ({ ...rotating, next_rotation_at: day(at), next_rotation_by: day(by) });
    await secret('old', {}, 3);
    await secret('new', {}, 2, 9);
    await secret('empty', {});
    await secret('deleted', { ...due(1, 2), deleted_at: day(3), purge_at: day(33), last_rotated_at: day(29) }, 1);
    await secret('managed', { owning_service: 'rds', ...rotating }, 5);
    await secret('overdue', { ...due(28, 29), last_rotated_at: day(20) }, 20);
    await secret('in its window', { ...due(29, 31), last_rotated_at: day(25) }, 25);
    await secret('put off', { ...due(29, 29), next_rotation_at: new Date(NOW.getTime() + 1_800_000) }, 26);
    await secret('off', { ...due(1, 2), rotation_enabled: false }, 27);
    for (const piece of [1, 2, 9, 5_000]) {
      expect([piece, await new DatabaseFleetReader(pool, piece).read(NOW)]).toEqual([
        piece,
        {
          classes: new Map([
            ['managed', { secrets: 1, oldestVersionAt: day(5) }],
            ['rotating', { secrets: 3, oldestVersionAt: day(20) }],
            ['static', { secrets: 4, oldestVersionAt: day(3) }],
          ]),
          lastRotatedAt: day(25),
          overdue: 2,
        },
      ]);
    }
  });
});
