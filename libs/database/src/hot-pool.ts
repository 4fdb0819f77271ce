import { createPool, type Pool, type PoolConnection } from 'mysql2/promise';
import { serviceUnavailable } from '@strongroom/errors';
import type { DatabaseConfig } from './database-config';
import { DEFAULT_TIMEOUT_MS, withDeadline } from './deadline';
import { isConnectionLost } from './driver-errors';
import { backoff, sleep } from './sleep';

export interface QueryOptions {
  /** Epoch milliseconds; default: 5 s from now. */
  deadline?: number;
}

/** Prepared statements on a pool of their own, for reads on the hot path, where an object mapper costs more than the read. */
export interface HotPool {
  /**
   * Runs one reading statement. A connection that is lost is replaced and the statement repeated, within the deadline.
   * Rejects with ServiceUnavailableException or RequestTimeoutException; any other driver error as it is.
   */
  query<Row>(sql: string, parameters: readonly unknown[], options?: QueryOptions): Promise<Row[]>;
  close(): Promise<void>;
}

export const createHotPool = (database: DatabaseConfig, { poolSize = 4 }: { poolSize?: number } = {}): HotPool => {
  const pool: Pool = createPool({
    host: database.host,
    port: database.port,
    user: database.user,
    password: database.password,
    database: database.name,
    charset: 'utf8mb4',
    timezone: 'Z',
    supportBigNumbers: true,
    bigNumberStrings: false,
    connectTimeout: 3_000,
    connectionLimit: poolSize,
    maxPreparedStatements: 256,
  });

  const attempt = async <Row>(sql: string, parameters: readonly unknown[], deadline: number): Promise<Row[]> => {
    let connection: PoolConnection | undefined;
    let abandoned = false;
    const work = async (): Promise<Row[]> => {
      connection = await pool.getConnection();
      if (abandoned) {
        connection.release();
        return [];
      }
      try {
        const [rows] = await connection.execute(sql, parameters as never);
        connection.release();
        return rows as Row[];
      } catch (error) {
        if (isConnectionLost(error)) connection.destroy();
        else connection.release();
        throw error;
      }
    };
    const running = work();
    return withDeadline(running, deadline, () => {
      abandoned = true;
      // The answer may still come; nobody else may get this connection before it has.
      connection?.destroy();
      running.catch(() => undefined);
    });
  };

  return {
    async query<Row>(sql: string, parameters: readonly unknown[], options: QueryOptions = {}): Promise<Row[]> {
      const deadline = options.deadline ?? Date.now() + DEFAULT_TIMEOUT_MS;
      for (let tries = 0; ; tries++) {
        try {
          return await attempt<Row>(sql, parameters, deadline);
        } catch (error) {
          if (!isConnectionLost(error)) throw error;
          const delay = backoff(tries);
          if (Date.now() + delay >= deadline) throw serviceUnavailable('the database is away', { cause: error });
          await sleep(delay);
        }
      }
    },
    close: () => pool.end(),
  };
};
