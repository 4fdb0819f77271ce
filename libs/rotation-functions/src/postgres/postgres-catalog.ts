import { invalidRequest } from '@strongroom/errors';
import { isStatementRefused, type SqlConnection } from '../shared/sql-server.port';

/** The server's own operator, whatever others of that sign a database has. */
export const EQUALS = 'OPERATOR(pg_catalog.=)';

const INSUFFICIENT_PRIVILEGE = '42501';

/** Names what the superuser may not do; the transaction ends with the session, so nothing of it stays. */
export const attempt = async (connection: SqlConnection, what: string, statement: string): Promise<void> => {
  try {
    await connection.query(statement);
  } catch (error) {
    if (!isStatementRefused(error, INSUFFICIENT_PRIVILEGE)) throw error;
    throw invalidRequest(`The superuser of the field "masterarn" may not ${what} (SQLSTATE 42501). Nothing was changed.`, {
      metadata: { grant: what },
    });
  }
};
