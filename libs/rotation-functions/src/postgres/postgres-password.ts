import { invalidRequest } from '@strongroom/errors';
import type { RandomSource } from '@strongroom/random';
import { escapeLiteral } from 'pg';
import { isStatementRefused, type SqlConnection } from '../shared/sql-server.port';
import { scramVerifier } from './scram-verifier';

const OLDEST = 100_000;
const READ_ONLY = '25006';

/** Refuses servers without scram-sha-256, and standbys. Returns the version, such as 150004. */
export const requirePostgres = async (connection: SqlConnection): Promise<number> => {
  const [[version, isStandby] = []] = await connection.query(
    "SELECT pg_catalog.current_setting('server_version_num'), pg_catalog.pg_is_in_recovery()",
  );
  if (!(Number(version) >= OLDEST))
    throw invalidRequest('The database server is too old: PostgreSQL 10, which has scram-sha-256, is needed.');
  if (isStandby === true) throw standby();
  return Number(version);
};

const standby = () =>
  invalidRequest('The field "host" of AWSCURRENT must be that of the primary: the server it names is a read-only standby.');

/** A password for PASSWORD clauses, in the form that the server would store. */
export const passwordLiteral = (password: string, random: RandomSource): string => {
  // Other characters would need the same normalisation as in every client.
  if (!/^[\x20-\x7e]+$/.test(password))
    throw invalidRequest('The field "password" of AWSPENDING must have printable ASCII characters only.');
  return escapeLiteral(scramVerifier(password, random.bytes(16)));
};

/** Changes the password of the session's own role. */
export const changeOwnPassword = async (connection: SqlConnection, password: string, random: RandomSource): Promise<void> => {
  await requirePostgres(connection);
  try {
    await connection.query(`ALTER ROLE CURRENT_USER PASSWORD ${passwordLiteral(password, random)}`);
  } catch (error) {
    if (isStatementRefused(error, READ_ONLY)) throw standby();
    throw error;
  }
};
