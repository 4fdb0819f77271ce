import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { findFreePorts } from '../ports';
import { connectAsAdministrator, MariaDbServer } from '../servers/mariadb.server';
import { intoNewFolder } from './backup-cluster';
import { dumpDatabase } from './database-dump';
import { describeFiles } from './manifest';
import { restoreCluster } from './restore-cluster';

const directory = mkdtempSync(join(tmpdir(), 'strongroom-restore-'));
const at = (...names: string[]) => join(directory, ...names);
let server: MariaDbServer;

beforeAll(async () => {
  server = new MariaDbServer({
    directory: at('source'),
    port: await findFreePorts(1),
    pidFile: at('source.pid'),
    logFile: at('source.log'),
  });
  await server.start();
});
afterAll(async () => {
  await server?.stop();
  rmSync(directory, { recursive: true, force: true });
});

jest.setTimeout(60_000);

// Of containers there is no engine here; their backup has the same parts in another form.
it('restores what docker/backup writes, and notices a row that is missing', async () => {
  const administrator = await connectAsAdministrator(server.administrator);
  await administrator.query('CREATE DATABASE strongroom_one');
  await administrator.query('CREATE TABLE strongroom_one.thing (id INT PRIMARY KEY, text TEXT, bytes VARBINARY(64))');
  await administrator.query('CREATE DATABASE strongroom_two');
  await administrator.query('CREATE TABLE strongroom_two.nothing (id INT PRIMARY KEY)');
  // Values that look like a dump.
  const texts = ['plain', "\n(1,'x'),\n", '\nUSE `other`;\n', "'); INSERT INTO `thing` VALUES\n(", null, '\u{1f511}'];
  const bytes = Buffer.from([0, 10, 40, 92, 39, 255]);
  for (const [id, text] of texts.entries()) {
    await administrator.query('INSERT INTO strongroom_one.thing VALUES (?, ?, ?)', [id, text, bytes]);
  }
  await administrator.end();

  const dump = at('dump.sql.gz');
  const rows = await dumpDatabase(server.administrator, ['strongroom_one', 'strongroom_two'], dump, directory);
  expect(rows).toEqual({ 'strongroom_one.thing': texts.length, 'strongroom_two.nothing': 0 });
  expect(readdirSync(directory).filter((name) => name.endsWith('.cnf'))).toEqual([]);

  for (const folder of ['state/pki', 'state/secrets', 'volumes/administrator', 'data/appendonlydir'])
    mkdirSync(at(folder), { recursive: true });
  writeFileSync(at('state/secrets/keys-root.key'), 'a root key');
  writeFileSync(at('state/pki/ca.key'), 'of the CA');
  writeFileSync(at('data/appendonlydir/appendonly.aof.manifest'), 'a journal');
  const backupOf = (name: string, more: object) =>
    intoNewFolder(at(name), async (draft) => {
      execFileSync('tar', ['-C', directory, '-cf', join(draft, 'keys.tar'), 'state', 'volumes/administrator']);
      execFileSync('tar', ['-C', at('data'), '-cf', join(draft, 'redis.tar'), '.']);
      writeFileSync(join(draft, 'database.sql'), gunzipSync(readFileSync(dump)));
      const names = { accountId: '000000000000', region: 'us-east-1' };
      const common = { format: 1, kind: 'compose', createdAt: '', version: '', rootKeyFiles: [], rootKeys: 'plain' } as const;
      return { ...common, ...names, rows, files: await describeFiles(draft), ...more };
    });
  await backupOf('backup', {});
  const { home } = await restoreCluster({ folder: at('backup'), home: at('home') });
  expect(readFileSync(join(home, 'secrets', 'keys-root.key'), 'utf8')).toBe('a root key');
  expect(readFileSync(join(home, 'pki', 'ca.key'), 'utf8')).toBe('of the CA');
  expect(readFileSync(join(home, 'redis', 'data', 'appendonlydir', 'appendonly.aof.manifest'), 'utf8')).toBe('a journal');
  expect(statSync(join(home, 'secrets')).mode & 0o777).toBe(0o700);

  await backupOf('lacking', { rows: { ...rows, 'strongroom_one.thing': texts.length + 1 } });
  const lacking = restoreCluster({ folder: at('lacking'), home: at('second') });
  await expect(lacking).rejects.toThrow(/strongroom_one.thing has 6 rows after the restore, and had 7/);
  await expect(restoreCluster({ folder: at('backup'), home })).rejects.toThrow(/has a cluster with data already/);
  expect(readdirSync(directory).filter((name) => /second|partial/.test(name))).toEqual([]);
});
