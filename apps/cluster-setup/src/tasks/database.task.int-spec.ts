import { ClusterLayout, DatabaseUsers, serviceNames, services } from '@strongroom/local-cluster';
import { createTestDatabase, sharedServers, temporaryDirectory, type TestDatabase } from '@strongroom/testing';

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
