import type { SqlConnection } from '../shared/sql-server.port';
import { findUser, optionsForCreation } from './redshift-user';

const connection = (user: unknown[], info: unknown[]): SqlConnection => ({
  query: (sql) => Promise.resolve([sql.includes('pg_catalog.pg_user') ? user : info]),
  close: () => Promise.resolve(),
});

it('reads the limits of a user as clauses, with what Redshift calls the absence of one', async () => {
  const limited = connection(
    ['app', 107, true, false, '2030-01-01 00:00:00+00', ['search_path="$user", public', 'query_group=a=b']],
    ['app', '9', 'UNRESTRICTED', 600],
  );
  expect(await findUser(limited, 'app')).toEqual({
    id: '107',
    isSuperuser: false,
    options: [
      'CREATEDB',
      'NOCREATEUSER',
      'SYSLOG ACCESS UNRESTRICTED',
      'CONNECTION LIMIT 9',
      "VALID UNTIL '2030-01-01 00:00:00+00'",
      'SESSION TIMEOUT 600',
    ],
    settings: [
      { name: 'search_path', value: '"$user", public' },
      { name: 'query_group', value: 'a=b' },
    ],
  });
  const free = await findUser(connection(['app', 107, false, true, null, null], ['app', 'UNLIMITED', 'RESTRICTED', 0]), 'app');
  expect(free?.options.slice(2)).toEqual([
    'SYSLOG ACCESS RESTRICTED',
    'CONNECTION LIMIT UNLIMITED',
    "VALID UNTIL 'infinity'",
    'RESET SESSION TIMEOUT',
  ]);
  expect(optionsForCreation(free!.options)).toBe('NOCREATEDB CREATEUSER SYSLOG ACCESS RESTRICTED CONNECTION LIMIT UNLIMITED');
});

it('takes nobody else for the user, whatever the server compares, and refuses unknown forms', async () => {
  expect(await findUser(connection(['App', 1, false, false, null, null], []), 'app')).toBeUndefined();
  const odd = connection(['app', 1, false, false, null, null], ['app', 'many', 'RESTRICTED', 0]);
  await expect(findUser(odd, 'app')).rejects.toThrow('shows the connection limit of a user in an unknown form');
});
