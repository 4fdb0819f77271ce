interface DriverError {
  code?: string;
  errno?: number;
  fatal?: boolean;
  sqlMessage?: string;
  message?: string;
}

/** TypeORM wraps what mysql2 says; the code is on the inner error. */
const driverError = (error: unknown): DriverError => {
  const outer = error as { driverError?: DriverError } & DriverError;
  return outer?.driverError ?? outer ?? {};
};

const LOST = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'POOL_CLOSED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ER_SERVER_SHUTDOWN',
  'ER_NORMAL_SHUTDOWN',
  'ER_CONNECTION_KILLED',
  'ER_CON_COUNT_ERROR',
]);

/** The server is away, or the connection to it broke: a statement may or may not have been carried out. */
export const isConnectionLost = (error: unknown): boolean => {
  const { code, message } = driverError(error);
  return (
    (code !== undefined && LOST.has(code)) ||
    // mysql2 says these without a code, when a command is given to a connection that has just ended, or too many wait for one.
    /connection is in closed state|Pool is closed|Queue limit reached/.test(message ?? '')
  );
};

/** MariaDB's ER_STATEMENT_TIMEOUT, MySQL's ER_QUERY_TIMEOUT. */
const STATEMENT_TIMEOUTS = new Set([1_969, 3_024]);

/** The server has given up a statement that took longer than its limit. */
export const isStatementTimeout = (error: unknown): boolean => STATEMENT_TIMEOUTS.has(driverError(error).errno ?? 0);

/** The transaction was rolled back by the server because it collided with another one; repeating it may succeed. */
export const isCollision = (error: unknown): boolean => {
  const { code } = driverError(error);
  return code === 'ER_LOCK_DEADLOCK' || code === 'ER_LOCK_WAIT_TIMEOUT' || code === 'ER_CHECKREAD';
};

/**
 * A unique or primary key refused a row: the way concurrency is decided here.
 * With `keyName`, only that key counts (`PRIMARY` for the primary key).
 */
export const isDuplicateKey = (error: unknown, keyName?: string): boolean => {
  const { code, sqlMessage, message } = driverError(error);
  if (code !== 'ER_DUP_ENTRY') return false;
  if (keyName === undefined) return true;
  // MariaDB names the key alone, MySQL 8 puts the table in front of it.
  const named = /for key '(?:[^'.]+\.)?([^']+)'/.exec(sqlMessage ?? message ?? '');
  return named?.[1] === keyName;
};
