import { createHash } from 'node:crypto';
import { invalidRequest } from '@strongroom/errors';
import { literal, quoted } from '../shared/sql-literal';
import type { SqlConnection } from '../shared/sql-server.port';

// What Redshift asks of passwords. It cannot check them itself, because it gets a hash.
const ALLOWED = /^[\x21-\x7e]{8,64}$/;
const FORBIDDEN = /['"\\/@]/;
const NEEDED = [/[a-z]/, /[A-Z]/, /\d/];

/**
 * A password for PASSWORD clauses, in the form that Redshift keeps by default: the password itself appears in no statement. Every
 * driver for PostgreSQL can log in with it. The other form, SHA-256, only Amazon's own drivers know.
 * @param user as the server has it: the hash contains the name
 */
export const passwordLiteral = (user: string, password: string): string => {
  if (!ALLOWED.test(password) || FORBIDDEN.test(password) || !NEEDED.every((one) => one.test(password))) {
    throw invalidRequest(
      'The field "password" of AWSPENDING must have 8 to 64 printable ASCII characters, among them a lower-case letter, an upper-case letter and a digit, and none of \' " \\ / @ and spaces.',
      { metadata: { field: 'password' } },
    );
  }
  const hash = createHash('md5').update(password).update(user).digest('hex');
  return literal(`md5${hash}`);
};

/** Changes the password of the session's own user. */
export const changeOwnPassword = async (connection: SqlConnection, password: string): Promise<void> => {
  const [[user] = []] = await connection.query('SELECT current_user');
  if (typeof user !== 'string' || user === '') throw invalidRequest('The database server does not say who is logged in.');
  await connection.query(`ALTER USER ${quoted(user)} PASSWORD ${passwordLiteral(user, password)}`);
};
