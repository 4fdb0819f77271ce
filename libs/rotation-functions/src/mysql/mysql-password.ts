import { createHash } from 'node:crypto';
import { isStatementRefused, StatementRefused, type SqlConnection } from '../shared/sql-server.port';
import type { OwnPasswordChange } from '../shared/sql-dialect';
import { ed25519Hash } from './mysql-ed25519';
import { parseAccount } from './mysql-account';
import { flavorOf, keepsTwoPasswords } from './mysql-flavor';
import { literal } from '../shared/sql-literal';

// Numbers of the servers' errors.
const VALIDATED_PLAIN_ONLY = '1290'; // ER_OPTION_PREVENTS_STATEMENT: strict_password_validation takes no hash
const NEEDS_PRIVILEGE = '1227'; // ER_SPECIFIC_ACCESS_DENIED_ERROR
const NEEDS_CURRENT = '3892'; // ER_MISSING_CURRENT_PASSWORD
const AGAINST_RULES = ['1819', '3638']; // ER_NOT_VALID_PASSWORD, ER_CREDENTIALS_CONTRADICT_TO_HISTORY

/** The form in which mysql_native_password stores a password: double SHA-1, as in the protocol. */
export const nativeHash = (password: string): string => {
  const once = createHash('sha1').update(password).digest();
  return `*${createHash('sha1').update(once).digest('hex').toUpperCase()}`;
};

/** The plugins of MariaDB whose accounts accept a hash instead of a password. */
export const mariaDbPlugins = ['mysql_native_password', 'ed25519'] as const;

/** Undefined for any other plugin. */
export const mariaDbHash = async (plugin: string, password: string): Promise<string | undefined> =>
  plugin === 'mysql_native_password' ? nativeHash(password) : plugin === 'ed25519' ? ed25519Hash(password) : undefined;

/** Names the rule if the server's own rules refuse a password. */
export const refusedByRules = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (!isStatementRefused(error, ...AGAINST_RULES)) throw error;
    throw new StatementRefused(
      error.code,
      `The database server's password rules (validate_password, simple_password_check, cracklib_password_check or the account's history) refuse the field "password" of AWSPENDING (${error.code}).`,
    );
  }
};

/**
 * MariaDB writes statements into its general log as they are, so it gets the hash. A server that checks passwords refuses hashes;
 * only then it gets the password itself.
 */
export const hashUnlessValidated = async (
  withHash: () => Promise<unknown>,
  withPassword: () => Promise<unknown>,
): Promise<void> => {
  try {
    await refusedByRules(withHash());
  } catch (error) {
    if (!isStatementRefused(error, VALIDATED_PLAIN_ONLY)) throw error;
    await refusedByRules(withPassword());
  }
};

/** Changes the password of the session's own account. */
export const changeOwnPassword = async (connection: SqlConnection, change: OwnPasswordChange): Promise<void> => {
  const flavor = await flavorOf(connection);
  if (flavor.isMariaDb) return changeOnMariaDb(connection, change.to);
  if (keepsTwoPasswords(flavor)) {
    try {
      return await changeKeepingBoth(connection, change);
    } catch (error) {
      // An account may have two passwords only if it has APPLICATION_PASSWORD_ADMIN.
      if (!isStatementRefused(error, NEEDS_PRIVILEGE)) throw error;
    }
  }
  await alter(connection, change.to, change.from, '');
};

const changeOnMariaDb = async (connection: SqlConnection, to: string): Promise<void> => {
  const [[statement] = []] = await connection.query('SHOW CREATE USER');
  const { plugins } = parseAccount(String(statement), true);
  const plain = () => connection.query(`SET PASSWORD = PASSWORD(${literal(to)})`);
  const hash = plugins.length === 1 ? await mariaDbHash(plugins[0]!, to) : undefined;
  if (hash === undefined) await refusedByRules(plain());
  else await hashUnlessValidated(() => connection.query(`SET PASSWORD = ${literal(hash)}`), plain);
};

/** MySQL's own logs show `<secret>` in place of passwords. A hash would bypass its password rules. */
const changeKeepingBoth = async (connection: SqlConnection, { from, to }: OwnPasswordChange): Promise<void> => {
  try {
    // The password that is kept is the account's first one. After a rotation that was dropped this is the dropped one, and the
    // one that applications use is the second, which would be lost: it becomes the first again.
    await alter(connection, from, from, ' RETAIN CURRENT PASSWORD');
  } catch (error) {
    // Password rules that are newer than the password, or a history that contains it: in all likelihood it is the first password.
    if (!isStatementRefused(error, ...AGAINST_RULES)) throw error;
  }
  await alter(connection, to, from, ' RETAIN CURRENT PASSWORD');
};

const alter = async (connection: SqlConnection, to: string, from: string, retain: string): Promise<void> => {
  const statement = (replace: string) => `ALTER USER USER() IDENTIFIED BY ${literal(to)}${replace}${retain}`;
  try {
    await refusedByRules(connection.query(statement('')));
  } catch (error) {
    if (!isStatementRefused(error, NEEDS_CURRENT)) throw error;
    await refusedByRules(connection.query(statement(` REPLACE ${literal(from)}`)));
  }
};
