import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CertificateAuthority,
  ClusterLayout,
  connectAsAdministrator,
  DatabaseUsers,
  serviceNames,
  services,
  writePrivateFile,
} from '@strongroom/local-cluster';
import { createTestDatabase, sharedServers, temporaryDirectory, type TestDatabase } from '@strongroom/testing';
import { readConfig } from '../config';
import { grantTables, provisionDatabase } from './database.task';

const home = temporaryDirectory('database-users');
let database: TestDatabase;
let users: DatabaseUsers;

beforeAll(async () => {
  database = await createTestDatabase('users');
  users = new DatabaseUsers(sharedServers().database, new ClusterLayout(home.path, 0));
  await users.provision();
});
afterAll(async () => {
  for (const service of serviceNames) {
    const { schema } = services[service];
    await database.admin.query(`DROP DATABASE ${schema}`);
    for (const user of [schema, `${schema}_migration`]) await database.admin.query(`DROP USER ${user}@'%'`);
  }
  await database.drop();
  home.remove();
});

it('leaves out rights on a table that an older version of a service does not have yet, and gives them later', async () => {
  const grants = async () => {
    const [rows] = await database.admin.query("SHOW GRANTS FOR strongroom_audit@'%'");
    return JSON.stringify(rows);
  };
  await users.grantTables('audit-service');
  expect(await grants()).not.toContain('lease');
  await database.admin.query('CREATE TABLE strongroom_audit.lease (id INT PRIMARY KEY)');
  await users.grantTables('audit-service');
  expect(await grants()).toContain('GRANT UPDATE ON `strongroom_audit`.`lease`');
});

it('gives services their users in a database that somebody else runs, at the first node that answers', async () => {
  const { host, port, user, password } = sharedServers().database;
  const file = join(home.path, 'administrator.password');
  writePrivateFile(file, password);
  const config = readConfig({
    STRONGROOM_STATE_DIRECTORY: join(home.path, 'state'),
    STRONGROOM_DATABASE_HOST: `127.0.0.1:1,${host}`,
    STRONGROOM_DATABASE_PORT: `${port}`,
    STRONGROOM_DATABASE_USER: user,
    STRONGROOM_DATABASE_PASSWORD_FILE: file,
  });
  await provisionDatabase(config);
  await grantTables(config);
  for (const service of serviceNames) {
    const { schema } = services[service];
    const given = readFileSync(config.layout.passwordFile(schema), 'utf8').trim();
    await (await connectAsAdministrator({ host, port, user: schema, password: given }, schema)).end();
  }
});

it('speaks TLS where a CA is named, and believes nobody else', async () => {
  const { database: server } = sharedServers();
  const { pem } = await CertificateAuthority.create();
  await expect(connectAsAdministrator({ ...server, ca: pem })).rejects.toThrow(/secure connection|SSL|TLS|certificate/i);
});
