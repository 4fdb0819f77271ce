interface DriverError {
  code?: string;
  errno?: number;
  fatal?: boolean;
  sqlMessage?: string;
  message?: string;
}

/** TypeORM wraps mysql2's errors; the code is on the inner error. */
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

/** Errors of a server, or of a proxy in front of it, by which another server must be asked. */
const ANOTHER_SERVER = new Set([
  // ER_UNKNOWN_COM_ERROR: a node of Galera that has not joined, or has no majority.
  1_047,
  // ER_ERROR_DURING_COMMIT: the same, found out by a commit.
  1_180,
  // ER_OPTION_PREVENTS_STATEMENT, ER_READ_ONLY_MODE: it can only be read.
  ...[1_290, 1_836],
  // CR_SERVER_GONE_ERROR, CR_SERVER_LOST.
  ...[2_006, 2_013],
  // ProxySQL's: no server was there in time.
  9_001,
]);

/** The server is unreachable or not ready, or the connection broke: a statement may or may not have run. */
export function isConnectionLost(error: unknown): boolean {
  const { code, errno, message } = driverError(error);
  return (
    (code !== undefined && LOST.has(code)) ||
    (errno !== undefined && ANOTHER_SERVER.has(errno)) ||
    // mysql2 gives these errors no code. They occur if a connection has just ended, or if too many calls wait for one.
    /connection is in closed state|Pool is closed|Queue limit reached/.test(message ?? '')
  );
}

/**
 * A node of Galera could not catch up with the others: ER_LOCK_WAIT_TIMEOUT of what waits for no rows, which is a read outside of
 * a transaction, and the beginning of one.
 */
export function isNodeBehind(error: unknown): boolean {
  return driverError(error).errno === 1_205;
}

/** An error for which `isConnectionLost` is true. */
export function connectionLost(cause: unknown): Error {
  return Object.assign(new Error('the connection has been given up', { cause }), { code: 'PROTOCOL_CONNECTION_LOST' });
}

/** MariaDB's ER_STATEMENT_TIMEOUT, MySQL's ER_QUERY_TIMEOUT. */
const STATEMENT_TIMEOUTS = new Set([1_969, 3_024]);

/** The server cancelled a statement that exceeded its time limit. */
export function isStatementTimeout(error: unknown): boolean {
  return STATEMENT_TIMEOUTS.has(driverError(error).errno ?? 0);
}

/** The server rolled the transaction back because it collided with another one; a retry may succeed. */
export function isCollision(error: unknown): boolean {
  const { code } = driverError(error);
  return code === 'ER_LOCK_DEADLOCK' || code === 'ER_LOCK_WAIT_TIMEOUT' || code === 'ER_CHECKREAD';
}

/**
 * A unique or primary key refused a row; this is how concurrency is decided here. With `keyName`, only that key counts (`PRIMARY`
 * for the primary key).
 */
export function isDuplicateKey(error: unknown, keyName?: string): boolean {
  const { code, sqlMessage, message } = driverError(error);
  if (code !== 'ER_DUP_ENTRY') return false;
  if (keyName === undefined) return true;
  // MariaDB names only the key; MySQL 8 puts the table in front of it.
  const named = /for key '(?:[^'.]+\.)?([^']+)'/.exec(sqlMessage ?? message ?? '');
  return named?.[1] === keyName;
}

/** A row cannot be changed or deleted, because a foreign key of another row refers to it. */
export function isReferenced(error: unknown): boolean {
  return driverError(error).code === 'ER_ROW_IS_REFERENCED_2';
}
