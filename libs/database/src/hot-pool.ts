import type { PoolConnection, ResultSetHeader } from 'mysql2/promise';
import type { Logger } from '@strongroom/telemetry';
import type { DatabaseConfig } from './database-config';
import { DEFAULT_TIMEOUT_MS, MAX_WAITING, WAIT_MS, withDeadline } from './deadline';
import { connectionLost, isCollision, isConnectionLost, isNodeBehind, isStatementTimeout } from './driver-errors';
import { NodePool } from './node-pool';
import { awaitDatabase } from './node-watch';
import { sessionLimit, STATEMENT_LIMIT_MS, withLimit } from './statement-limit';
import { repeat } from './repeat';
import { inStatementSpan } from './statement-span';
import { busy, databaseAway, type Session, tookTooLong, transact } from './transaction';

export interface QueryOptions {
  /** Epoch milliseconds; default: 5 s from now. */
  deadline?: number;
}

/** Prepared statements of one transaction, READ COMMITTED. Each text is prepared once for each connection. */
export interface Statements {
  query: <Row>(sql: string, parameters: readonly unknown[]) => Promise<Row[]>;
  /** For statements that change rows. */
  execute: (sql: string, parameters: readonly unknown[]) => Promise<{ affectedRows: number; insertId: number }>;
}

/** Prepared statements on a separate pool, for the hot path, where an object mapper costs more than the database. */
export interface HotPool {
  /**
   * Runs one statement that reads. If the connection is lost, or the statement was in the way of others, it is repeated within
   * the deadline, on another node if there is one. The database cancels the statement soon after the deadline. Rejects with
   * ServiceUnavailableException or RequestTimeoutException; other driver errors stay as they are.
   */
  query<Row>(sql: string, parameters: readonly unknown[], options?: QueryOptions): Promise<Row[]>;
  /** As `transact`: `work` may run more than once. */
  transaction<T>(work: (statements: Statements) => Promise<T>, options?: QueryOptions): Promise<T>;
  close(): Promise<void>;
}

/**
 * A pool whose server has answered. Waits at most `waitMs`, default 15 s, for a server that is not there yet; one of several
 * nodes must be well.
 *
 * @param options.logger hears which nodes are left out or left
 * @throws ConfigError if the nodes are not those of one cluster
 */
export async function openHotPool(
  database: DatabaseConfig,
  { poolSize, waitMs = WAIT_MS, logger }: { poolSize?: number; waitMs?: number; logger?: Logger } = {},
): Promise<HotPool> {
  const deadline = Date.now() + waitMs;
  await awaitDatabase(database, { waitMs, logger });
  const pool = createHotPool(database, { poolSize });
  try {
    await pool.query('SELECT 1', [], { deadline });
    return pool;
  } catch (error) {
    await pool.close().catch(() => undefined);
    throw error;
  }
}

export function createHotPool(
  database: DatabaseConfig,
  { poolSize = 4, maxWaiting = MAX_WAITING }: { poolSize?: number; maxWaiting?: number } = {},
): HotPool {
  const nodes = new NodePool({
    database,
    pool: {
      charset: 'utf8mb4',
      timezone: 'Z',
      supportBigNumbers: true,
      bigNumberStrings: false,
      connectionLimit: poolSize,
      queueLimit: maxWaiting,
      maxPreparedStatements: 256,
      // Recording a stack for each call costs as much as the call.
      trace: false,
    },
    begin: [
      'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
      // By default, MySQL silently cuts the result of GROUP_CONCAT at 1,024 bytes.
      `SET SESSION group_concat_max_len = ${1 << 20}`,
      sessionLimit(STATEMENT_LIMIT_MS),
    ],
  });
  const connect = async (): Promise<PoolConnection> => (await nodes.getConnection()).promise();

  const attempt = async <Row>(sql: string, parameters: readonly unknown[], deadline: number): Promise<Row[]> => {
    let connection: PoolConnection | undefined;
    let abandoned = false;
    const work = async (): Promise<Row[]> => {
      connection = await connect();
      if (abandoned) {
        connection.release();
        return [];
      }
      try {
        const [rows] = await connection.execute(sql, parameters as never);
        connection.release();
        return rows as Row[];
      } catch (error) {
        const told = isNodeBehind(error) ? connectionLost(error) : error;
        if (isConnectionLost(told)) connection.destroy();
        else connection.release();
        throw told;
      }
    };
    const running = work();
    return withDeadline(running, deadline, () => {
      abandoned = true;
      // The answer may still arrive; nobody else may get this connection before it has.
      connection?.destroy();
      running.catch(() => undefined);
    });
  };

  const begin = async (): Promise<Session<Statements>> => {
    const connection = await connect();
    const run = (sql: string, parameters: readonly unknown[]) =>
      inStatementSpan(database.name, sql, async () => (await connection.execute(sql, parameters as never))[0]);
    try {
      await connection.query('START TRANSACTION');
    } catch (error) {
      connection.destroy();
      throw isNodeBehind(error) ? connectionLost(error) : error;
    }
    return {
      statements: {
        query: async <Row>(sql: string, parameters: readonly unknown[]) => (await run(sql, parameters)) as Row[],
        execute: async (sql, parameters) => (await run(sql, parameters)) as ResultSetHeader,
      },
      commit: () => inStatementSpan(database.name, 'COMMIT', async () => void (await connection.query('COMMIT'))),
      rollback: async () => void (await connection.query('ROLLBACK')),
      release: () => connection.release(),
      destroy: () => connection.destroy(),
    };
  };

  return {
    async query<Row>(sql: string, parameters: readonly unknown[], options: QueryOptions = {}): Promise<Row[]> {
      const deadline = options.deadline ?? Date.now() + DEFAULT_TIMEOUT_MS;
      const limited = () => (options.deadline === undefined ? sql : withLimit(sql, options.deadline - Date.now()));
      try {
        return await inStatementSpan(database.name, sql, () =>
          repeat(
            () => attempt<Row>(limited(), parameters, deadline),
            deadline,
            (error) => {
              if (isConnectionLost(error)) return databaseAway(error);
              return isCollision(error) ? busy(error) : undefined;
            },
          ),
        );
      } catch (error) {
        throw isStatementTimeout(error) ? tookTooLong(error) : error;
      }
    },
    transaction: (work, { deadline } = {}) => transact(begin, work, deadline),
    close: () => nodes.end(),
  };
}
