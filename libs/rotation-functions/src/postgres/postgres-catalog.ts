import { invalidRequest } from '@strongroom/errors';
import { isStatementRefused, type SqlConnection } from '../shared/sql-server.port';

/** The server's own operator, even if the database has others with that name. */
export const EQUALS = 'OPERATOR(pg_catalog.=)';

const INSUFFICIENT_PRIVILEGE = '42501';

/** Names what the superuser may not do. The transaction ends with the session, so nothing of it remains. */
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
