import { invalidRequest } from '@strongroom/errors';
import { parseSetting, type RoleSetting } from '../postgres/postgres-settings';
import { literal } from '../shared/sql-literal';
import type { SqlConnection } from '../shared/sql-server.port';

/** A user according to the catalogs. */
export interface RedshiftUser {
  id: string;
  isSuperuser: boolean;
  /** Attributes and limits as clauses of ALTER USER; equal users have equal lists. */
  options: readonly string[];
  /** What the sessions of the user start with. */
  settings: readonly RoleSetting[];
}

const NO_TIMEOUT = 'RESET SESSION TIMEOUT';
const NO_END = "VALID UNTIL 'infinity'";

/** Undefined if there is no such user. */
export const findUser = async (connection: SqlConnection, name: string): Promise<RedshiftUser | undefined> => {
  const users = await connection.query(
    `SELECT usename, usesysid, usecreatedb, usesuper, valuntil, useconfig FROM pg_catalog.pg_user WHERE usename = ${literal(name)}`,
  );
  const infos = await connection.query(
    `SELECT user_name, connection_limit, syslog_access, session_timeout FROM pg_catalog.svv_user_info WHERE user_name = ${literal(name)}`,
  );
  // A server may compare without regard to case.
  const user = users.find(([one]) => one === name);
  if (!user) return undefined;
  const [, connections, access, timeout] = infos.find(([one]) => one === name) ?? [];
  const [, id, mayCreateDatabases, isSuperuser, validUntil, settings] = user;
  return {
    id: String(id),
    isSuperuser: isSuperuser === true,
    options: [
      mayCreateDatabases === true ? 'CREATEDB' : 'NOCREATEDB',
      isSuperuser === true ? 'CREATEUSER' : 'NOCREATEUSER',
      `SYSLOG ACCESS ${known(access, /^(?:UN)?RESTRICTED$/, 'access to the system log')}`,
      `CONNECTION LIMIT ${known(connections, /^(?:UNLIMITED|\d{1,9})$/, 'connection limit')}`,
      `VALID UNTIL ${literal(endOf(validUntil))}`,
      timeoutOf(known(timeout, /^\d{1,9}$/, 'session timeout')),
    ],
    settings: (Array.isArray(settings) ? settings : []).map((setting) => parseSetting(String(setting))),
  };
};

/** The clauses with which CREATE USER makes a user that has these options; what they leave out is the default. */
export const optionsForCreation = (options: readonly string[]): string =>
  options.filter((option) => option !== NO_TIMEOUT && option !== NO_END).join(' ');

const known = (value: unknown, form: RegExp, what: string): string => {
  const text = String(value).toUpperCase();
  if (!form.test(text)) throw invalidRequest(`The database server shows the ${what} of a user in an unknown form.`);
  return text;
};

const timeoutOf = (seconds: string): string => (Number(seconds) === 0 ? NO_TIMEOUT : `SESSION TIMEOUT ${seconds}`);

const endOf = (value: unknown): string => {
  if (value instanceof Date) return value.toISOString();
  if (value === null || value === Number.POSITIVE_INFINITY || value === 'infinity') return 'infinity';
  return known(value, /^\d{4}-[\d :.+-]+$/, 'end of validity');
};
