import type { SqlConnection } from '../shared/sql-server.port';
import { changesOfDefaults, defaultPrivileges } from './redshift-default-privileges';

const connection = (...rows: unknown[][]): SqlConnection => ({
  query: () => Promise.resolve(rows),
  close: () => Promise.resolve(),
});

it('gives the clone what the user gives and gets, and takes what it has beside', async () => {
  const wanted = await defaultPrivileges(
    connection(
      ['app', 'x', 'user', 's', 'RELATION', 'SELECT', false],
      ['app', 'r', 'role', null, 'PROCEDURE', 'EXECUTE', false],
      ['app', 'public', 'public', null, 'FUNCTION', 'EXECUTE', false],
      ['maker', 'app', 'user', 's', 'RELATION', 'INSERT', true],
      // What the two give themselves and each other does not count, and a group of the same name is somebody else.
      ['app', 'app', 'user', null, 'RELATION', 'SELECT', true],
      ['app', 'app_clone', 'user', null, 'RELATION', 'SELECT', true],
      ['app_clone', 'app', 'user', null, 'RELATION', 'SELECT', true],
      ['maker', 'app', 'group', null, 'RELATION', 'SELECT', true],
    ),
    'app',
    'app_clone',
  );
  const present = await defaultPrivileges(
    connection(
      ['app_clone', 'x', 'user', 's', 'RELATION', 'SELECT', true],
      ['app_clone', 'g', 'group', 's', 'RELATION', 'DELETE', false],
    ),
    'app_clone',
    'app',
  );
  const users = { current: 'app', alternate: 'app_clone' };
  const made = changesOfDefaults(users, present, wanted);
  expect(made.map(([, statement]) => statement)).toEqual([
    'ALTER DEFAULT PRIVILEGES FOR USER "app_clone" IN SCHEMA "s" REVOKE DELETE ON TABLES FROM GROUP "g"',
    'ALTER DEFAULT PRIVILEGES FOR USER "app_clone" IN SCHEMA "s" REVOKE GRANT OPTION FOR SELECT ON TABLES FROM "x"',
    'ALTER DEFAULT PRIVILEGES FOR USER "app_clone" GRANT EXECUTE ON PROCEDURES TO ROLE "r"',
    'ALTER DEFAULT PRIVILEGES FOR USER "app_clone" GRANT EXECUTE ON FUNCTIONS TO PUBLIC',
    'ALTER DEFAULT PRIVILEGES FOR USER "maker" IN SCHEMA "s" GRANT INSERT ON TABLES TO "app_clone" WITH GRANT OPTION',
  ]);
});

it.each([
  ['app', 'x', 'user', null, 'SEQUENCE', 'SELECT', false],
  ['app', 'x', 'service', null, 'RELATION', 'SELECT', false],
  ['app', 'x', 'user', null, 'RELATION', 'SELECT ON', false],
])('refuses a row in an unknown form (%s, %s, %s, %s, %s, %s)', async (...row) => {
  await expect(defaultPrivileges(connection(row), 'app', 'app_clone')).rejects.toThrow('in an unknown form');
});
