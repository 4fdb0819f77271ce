import { invalidRequest } from '@strongroom/errors';
import type { SqlConnection } from '../shared/sql-server.port';
import type { Flavor } from './mysql-flavor';
import { literal } from '../shared/sql-literal';

/** A table of the server about accounts: what identifies the account there, and what of a row is about rights. */
interface Source {
  columns: string;
  table: string;
  user?: string;
  host?: string;
  /**
   * Of a row's columns: the first ones name the object, these say what is allowed on it. A row that allows nothing counts for
   * nothing.
   */
  rightsFrom: number;
}

const common: readonly Source[] = [
  { columns: '*', table: 'mysql.db', rightsFrom: 3 },
  { columns: 'Db, Table_name, Table_priv, Column_priv', table: 'mysql.tables_priv', rightsFrom: 2 },
  { columns: 'Db, Table_name, Column_name, Column_priv', table: 'mysql.columns_priv', rightsFrom: 3 },
  { columns: 'Db, Routine_name, Routine_type, Proc_priv', table: 'mysql.procs_priv', rightsFrom: 3 },
  { columns: 'Proxied_host, Proxied_user, With_grant', table: 'mysql.proxies_priv', rightsFrom: 0 },
];

const ofMariaDb: readonly Source[] = [
  { columns: 'Role, Admin_option', table: 'mysql.roles_mapping', rightsFrom: 0 },
  { columns: 'default_role', table: 'mysql.user', rightsFrom: 0 },
];

const ofMySql: readonly Source[] = [
  {
    columns: 'FROM_USER, FROM_HOST, WITH_ADMIN_OPTION',
    table: 'mysql.role_edges',
    user: 'TO_USER',
    host: 'TO_HOST',
    rightsFrom: 0,
  },
  { columns: 'DEFAULT_ROLE_USER, DEFAULT_ROLE_HOST', table: 'mysql.default_roles', rightsFrom: 0 },
];

const allowsNothing = (value: unknown) => value === '' || value === null || value === 'N';

/**
 * The rights of an account as the server's tables store them, not as SHOW GRANTS prints them: equal accounts have equal lists.
 * This second look finds what the first one left out.
 */
export const storedRights = async (connection: SqlConnection, flavor: Flavor, user: string, host: string): Promise<string[]> => {
  const [[accounts] = []] = await connection.query(
    `SELECT COUNT(*) FROM mysql.user WHERE User = ${literal(user)} AND Host = ${literal(host)}`,
  );
  if (Number(accounts) !== 1)
    throw invalidRequest("The server's table of accounts lacks an account that the server has just shown.");
  const found: string[] = [];
  for (const source of [...common, ...(flavor.isMariaDb ? ofMariaDb : ofMySql)]) {
    const { columns, table, user: userColumn = 'User', host: hostColumn = 'Host', rightsFrom } = source;
    const rows = await connection.query(
      `SELECT ${columns} FROM ${table} WHERE ${userColumn} = ${literal(user)} AND ${hostColumn} = ${literal(host)}`,
    );
    for (const row of rows) {
      if (row.slice(rightsFrom).every(allowsNothing)) continue;
      // Host, Db, User come first in a whole row.
      found.push(JSON.stringify([table, ...(columns === '*' ? [row[1], ...row.slice(3)] : row)]));
    }
  }
  const grantee = `'${user}'@'${host}'`;
  const onServer = await connection.query(
    `SELECT GRANTEE, PRIVILEGE_TYPE, IS_GRANTABLE FROM information_schema.USER_PRIVILEGES WHERE GRANTEE = ${literal(grantee)}`,
  );
  for (const [of, privilege, isGrantable] of onServer) {
    // The comparison in the server ignores case.
    if (of === grantee && privilege !== 'USAGE') found.push(JSON.stringify(['server', privilege, isGrantable]));
  }
  return found.sort();
};

/** The difference of the lists, for a message; undefined if they are equal. */
export const firstDifference = (one: readonly string[], other: readonly string[]): string | undefined =>
  one.find((right) => !other.includes(right)) ?? other.find((right) => !one.includes(right));
