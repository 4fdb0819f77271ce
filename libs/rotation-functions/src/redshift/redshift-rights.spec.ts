import type { SqlConnection } from '../shared/sql-server.port';
import { changesOf, idOf, rightsInCluster, rightsInDatabase, type Right } from './redshift-rights';

/** A server that has rows in some views, in each with the user's name first. */
const connection = (views: Readonly<Record<string, unknown[][]>>): SqlConnection => ({
  query: (sql) => Promise.resolve(views[/FROM pg_catalog\.(\w+)/.exec(sql)![1]!] ?? []),
  close: () => Promise.resolve(),
});

const databasePrivileges = [
  ['app', false, 'shop', 'TEMP', 'DATABASE'],
  ['app', true, 'shop', 'SELECT', 'TABLES'],
  ['app', false, 'shared', 'USAGE', 'DATABASE'],
  ['app', false, 'shared', 'SELECT', 'TABLES'],
  ['App', false, 'shop', 'CREATE', 'DATABASE'],
];

const names = async (rights: Promise<Right[]>) =>
  (await rights).map((one) => `${idOf(one)}${one.isGrantable ? ' and to grant it' : ''}`).sort();

it('reads what counts in the whole cluster, and the scoped permissions of foreign databases alone', async () => {
  const server = connection({
    svv_database_privileges: databasePrivileges,
    svv_user_grants: [
      ['app', true, 'a"b'],
      ['app', false, 'sys:monitor'],
    ],
    svv_iam_privileges: [
      ['app', false, 'arn:aws:iam::1:role/r', 'EXFUNC'],
      ['app', false, 'default-aws-iam-role', 'COPY'],
    ],
  });
  expect(await names(rightsInCluster(server, 'app', ['shop']))).toEqual([
    "ASSUMEROLE ON 'arn:aws:iam::1:role/r' FOR EXTERNAL FUNCTION",
    'ASSUMEROLE ON default FOR COPY',
    'ROLE "a""b" and to grant it',
    'ROLE sys:monitor',
    'SELECT FOR TABLES IN DATABASE "shared"',
    'TEMPORARY ON DATABASE "shop"',
    'USAGE ON DATABASE "shared"',
  ]);
});

it('reads what is in a database, with functions told from procedures, and takes a right of two givers for one', async () => {
  const server = connection({
    svv_database_privileges: databasePrivileges,
    svv_schema_privileges: [
      ['app', false, 's', 'USAGE', 'SCHEMA'],
      ['app', false, 's', 'EXECUTE', 'FUNCTIONS'],
    ],
    svv_relation_privileges: [
      ['app', false, 's', 't', 'select'],
      ['app', true, 's', 't', 'SELECT'],
      ['app', false, 's', 't', 'TRUNCATE'],
    ],
    svv_column_privileges: [['app', false, 's', 't', 'UPDATE', 'c']],
    svv_function_privileges: [
      ['app', false, 's', 'f', 'EXECUTE', 'integer, character varying'],
      ['app', false, 's', 'p', 'EXECUTE', ''],
    ],
    svv_language_privileges: [['app', false, 'plpythonu', 'USAGE']],
    svv_ml_model_privileges: [['app', false, 's', 'm', 'EXECUTE']],
    svv_redshift_functions: [['s', 'p', null, 'STORED PROCEDURE']],
  });
  expect(await names(rightsInDatabase(server, 'app', 'shop'))).toEqual([
    'EXECUTE FOR FUNCTIONS IN SCHEMA "s"',
    'EXECUTE ON FUNCTION "s"."f"(integer, character varying)',
    'EXECUTE ON MODEL "s"."m"',
    'EXECUTE ON PROCEDURE "s"."p"()',
    'SELECT FOR TABLES IN DATABASE "shop" and to grant it',
    'SELECT ON TABLE "s"."t" and to grant it',
    'TRUNCATE ON TABLE "s"."t"',
    'UPDATE ("c") ON TABLE "s"."t"',
    'USAGE ON LANGUAGE "plpythonu"',
    'USAGE ON SCHEMA "s"',
  ]);
});

it.each([
  ['svv_relation_privileges', ['app', false, 's', 't', 'SELECT ON x TO y; --']],
  ['svv_relation_privileges', ['app', false, 's', 't', null]],
  ['svv_schema_privileges', ['app', false, 's', 'USAGE', 'SCHEMA "x" TO']],
  ['svv_function_privileges', ['app', false, 's', 'f', 'EXECUTE', 'integer) TO x']],
])('refuses what %s shows in an unknown form', async (view, row) => {
  await expect(rightsInDatabase(connection({ [view]: [row] }), 'app', 'shop')).rejects.toThrow('in an unknown form');
});

const right = (privilege: string, on: string, object: string, more: Partial<Right> = {}): Right => ({
  privilege,
  on,
  object,
  rest: '',
  isGrantable: false,
  ...more,
});
const statements = (have: Right[], want: Right[]) => changesOf('a"b', have, want).map(([, statement]) => statement);

it('takes first and gives then, and names many objects in one statement', () => {
  const tables = Array.from({ length: 101 }, (_, index) => right('SELECT', 'ON TABLE', `"t${index}"`));
  const made = statements(
    [right('DELETE', 'ON TABLE', '"t"'), right('USAGE', 'ON SCHEMA', '"s"', { isGrantable: true })],
    [right('USAGE', 'ON SCHEMA', '"s"'), ...tables],
  );
  expect(made).toEqual([
    'REVOKE DELETE ON TABLE "t" FROM "a""b"',
    'REVOKE GRANT OPTION FOR USAGE ON SCHEMA "s" FROM "a""b"',
    `GRANT SELECT ON TABLE ${tables
      .slice(0, 100)
      .map(({ object }) => object)
      .join(', ')} TO "a""b"`,
    'GRANT SELECT ON TABLE "t100" TO "a""b"',
  ]);
});

it('writes roles, scoped permissions and IAM roles one by one, each in its own form', () => {
  const role = right('ROLE "r"', '', '', { isGrantable: true });
  const scoped = right('SELECT', 'FOR TABLES IN SCHEMA', '"s"', { isGrantable: true });
  const iam = right('ASSUMEROLE', 'ON', "'arn'", { rest: 'FOR COPY' });
  expect(statements([], [role, scoped, { ...scoped, object: '"x"' }, iam])).toEqual([
    'GRANT ROLE "r" TO "a""b" WITH ADMIN OPTION',
    'GRANT SELECT FOR TABLES IN SCHEMA "s" TO "a""b" WITH GRANT OPTION',
    'GRANT SELECT FOR TABLES IN SCHEMA "x" TO "a""b" WITH GRANT OPTION',
    `GRANT ASSUMEROLE ON 'arn' TO "a""b" FOR COPY`,
  ]);
  expect(statements([role, iam], [{ ...role, isGrantable: false }])).toEqual([
    `REVOKE ASSUMEROLE ON 'arn' FROM "a""b" FOR COPY`,
    'REVOKE ADMIN OPTION FOR ROLE "r" FROM "a""b"',
  ]);
  expect(statements([{ ...role, isGrantable: false }], [role])).toEqual(['GRANT ROLE "r" TO "a""b" WITH ADMIN OPTION']);
  expect(statements([role, scoped], [scoped, role])).toEqual([]);
});
