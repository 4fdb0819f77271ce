import { execFileSync, spawnSync } from 'node:child_process';
import type { RootKeys } from '@strongroom/envelope';
import { createTestDatabase } from '@strongroom/testing';
import { TestService } from './service.testing';
import { newIdentity, RootKeyWorld } from './world.testing';

const PASSPHRASE = 'correct horse battery staple';
let world: RootKeyWorld;
let service: TestService;
let environment: string;
let rootKeys: RootKeys;
let shares: string[];

beforeAll(async () => {
  world = await RootKeyWorld.create();
  await world.migrate();
  service = await TestService.create(world);
  environment = await newIdentity();
});
afterAll(async () => {
  await service?.drop();
  await world?.drop();
});
beforeEach(async () => {
  await world.clear();
  rootKeys = await service.start({ environment });
  await world.seal(rootKeys, 1, 2, 3);
  await service.command('enroll passphrase words', PASSPHRASE);
  shares = (await service.command('enroll quorum board 2 3')).said.trim().split('\n');
  // As with a backup: no service is there.
  await service.stop();
});

const drilled = async (name: string) => (await world.store().providers()).find((each) => each.name === name)!.drilledAt;
const everything = async () => {
  const tables = ['root_key', 'root_key_wrap', 'credential', 'root_key_provider'];
  const rows = await Promise.all(tables.map((table) => world.rows(`SELECT * FROM ${table} ORDER BY 1`)));
  return rows.map((all) => all.map(({ drilled_at: _, ...rest }) => rest));
};

it.each([
  ['shares', 'board', () => [shares[2]!, shares[0]!]],
  ['passphrase words', 'words', () => [PASSPHRASE]],
  ['environment', 'environment', () => []],
])('proves that %s alone opens every row, and writes nothing but the date', async (by, name, lines) => {
  const before = await everything();
  service.variables = by === 'environment' ? { STRONGROOM_ROOT_KEY: environment } : {};
  const { said, failed } = await service.command(`drill ${by}`, ...lines());
  expect(failed).toBe('');
  expect(said).toBe(`'${name}' opens ${rootKeys.fingerprint}, and with it 3 rows of credential: all there are\n`);
  expect(await drilled(name)).toBeInstanceOf(Date);
  expect(await everything()).toEqual(before);
});

// The tools of a server on this machine; docker/backup has those of its container.
const hasTools = ['mariadb-dump', 'mariadb'].every((name) => spawnSync(name, ['--version']).status === 0);
if (!hasTools) console.log('skipped: mariadb-dump and mariadb are needed to restore a backup');

(hasTools ? it : it.skip)('proves it of a backup that was restored elsewhere', async () => {
  const restored = await createTestDatabase('restored');
  try {
    const { host, port, user, password, name } = world.database;
    const options = ['--protocol=tcp', `--host=${host}`, `--port=${port}`];
    // As docker/backup dumps.
    const dump = execFileSync('mariadb-dump', [...options, `--user=${user}`, '--single-transaction', '--hex-blob', name], {
      env: { ...process.env, MYSQL_PWD: password },
    });
    execFileSync('mariadb', [...options, `--user=${restored.user}`, restored.name], {
      env: { ...process.env, MYSQL_PWD: restored.password },
      input: dump,
    });
    service.variables = {
      STRONGROOM_DATABASE_NAME: restored.name,
      STRONGROOM_DATABASE_USER: restored.user,
      STRONGROOM_DATABASE_PASSWORD_FILE: restored.passwordFile,
    };
    const { said, failed } = await service.command('drill shares', shares[1]!, shares[2]!);
    expect([failed, said]).toEqual(['', expect.stringContaining('3 rows of credential: all there are')]);
    const [rows] = await restored.admin.query('SELECT name FROM root_key_provider WHERE drilled_at IS NOT NULL');
    expect(rows).toEqual([{ name: 'board' }]);
    // What ties rows to their root key came along.
    await expect(restored.admin.query('UPDATE root_key SET in_use = NULL')).rejects.toThrow('foreign key constraint');
  } finally {
    service.variables = {};
    await restored.drop();
  }
});

it('names a row that does not open, and is no drill then', async () => {
  await world.rows('UPDATE credential SET sealed = CONCAT(sealed, 0x00) WHERE id = 2');
  expect((await service.command('drill shares', ...shares)).failed).toBe('1 rows do not open: credential 2\n');
  expect(await drilled('board')).toBeUndefined();
});

it('fails where the provider does not open the root key', async () => {
  await world.rows("UPDATE root_key_wrap SET wrapped = 'nothing' WHERE provider = 'board'");
  expect((await service.command('drill shares', ...shares)).failed).toContain('was damaged or replaced');
  expect((await service.command('drill nobody')).failed).toBe("there is no provider 'nobody'\n");
  expect(await drilled('board')).toBeUndefined();
});

it('reads more rows than one statement brings', async () => {
  const { openEveryRow } = await import('./sealed-table');
  const { credential } = await import('./world.testing');
  expect(await openEveryRow(world.store(), credential, rootKeys, 1)).toEqual({ opened: 3, failed: [] });
});
