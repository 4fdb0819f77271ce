import 'reflect-metadata';
import { DataSource, type EntitySchema, type MixedList, type QueryRunner } from 'typeorm';
import { isTracing } from '@strongroom/tracing';
import type { DatabaseConfig } from './database-config';
import { MAX_WAITING } from './deadline';
import { isConnectionLost, isStatementTimeout } from './driver-errors';
import { sleep } from './sleep';
import { inStatementSpan } from './statement-span';
import { sessionLimit, STATEMENT_LIMIT_MS } from './statement-limit';
import { databaseAway, tookTooLong } from './transaction';

export interface DataSourceSettings {
  database: DatabaseConfig;
  // TypeORM types classes so.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
  entities: MixedList<Function | string | EntitySchema>;
  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
  migrations?: MixedList<Function | string>;
  /** The most connections, default 10. */
  poolSize?: number;
}

const CONNECT_TIMEOUT_MS = 3_000;

/** A TypeORM data source, not initialised. Times are UTC. BIGINTs are numbers while they are exact, otherwise strings. */
export function createDataSource({ database, entities, migrations, poolSize }: DataSourceSettings): DataSource {
  return new DataSource({
    type: 'mysql',
    host: database.host,
    port: database.port,
    username: database.user,
    password: database.password,
    database: database.name,
    charset: 'utf8mb4',
    timezone: 'Z',
    supportBigNumbers: true,
    bigNumberStrings: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    poolSize: poolSize ?? 10,
    extra: { queueLimit: MAX_WAITING },
    // Recording a stack for each call costs as much as the call.
    trace: false,
    entities,
    migrations: migrations ?? [],
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
  });
}

interface Connection {
  query(sql: string, done: (error: unknown) => void): void;
  destroy(): void;
}

interface ConnectionPool {
  on(event: 'acquire', listener: (connection: Connection) => void): void;
}

/** Milliseconds. */
const limits = new WeakMap<DataSource, number>();

/** Runs once for each connection, before its first statement; TypeORM has already used one when its pool becomes accessible. */
function limitStatements(dataSource: DataSource): void {
  const { pool } = dataSource.driver as unknown as { pool: ConnectionPool };
  const limited = new WeakMap<Connection, number>();
  limits.set(dataSource, STATEMENT_LIMIT_MS);
  pool.on('acquire', (connection) => {
    const limitMs = limits.get(dataSource)!;
    if (limited.get(connection) === limitMs) return;
    limited.set(connection, limitMs);
    connection.query(sessionLimit(limitMs), (error) => {
      if (error) connection.destroy();
    });
  });
}

/** All that TypeORM asks a database goes through a query runner. */
function traceStatements(dataSource: DataSource): void {
  const { driver } = dataSource;
  const schema = String(dataSource.options.database);
  const createQueryRunner = driver.createQueryRunner.bind(driver);
  driver.createQueryRunner = (mode) => {
    const runner = createQueryRunner(mode);
    const query = runner.query.bind(runner) as (sql: string, ...rest: unknown[]) => Promise<never>;
    runner.query = (sql: string, ...rest: unknown[]) => inStatementSpan(schema, sql, () => query(sql, ...rest));
    return runner;
  };
}

/**
 * Statements outside a transaction fail as the hot pool's do: with RequestTimeoutException or ServiceUnavailableException.
 * `inTransaction` judges what fails in a transaction.
 */
function tellFailures(dataSource: DataSource): void {
  const createQueryRunner = dataSource.createQueryRunner.bind(dataSource);
  dataSource.createQueryRunner = (mode) => {
    const runner = createQueryRunner(mode);
    const query = runner.query.bind(runner) as (...statement: Parameters<QueryRunner['query']>) => Promise<never>;
    runner.query = async (...statement: Parameters<QueryRunner['query']>) => {
      try {
        return await query(...statement);
      } catch (error) {
        throw runner.isTransactionActive ? error : toldOf(error);
      }
    };
    return runner;
  };
}

function toldOf(error: unknown): unknown {
  if (isStatementTimeout(error)) return tookTooLong(error);
  return isConnectionLost(error) ? databaseAway(error) : error;
}

/**
 * Initialises a data source whose statements have a time limit in the database. Waits at most `waitMs`, default 15 s, for a
 * server that is not there yet.
 */
export async function openDataSource(dataSource: DataSource, waitMs = 15_000): Promise<DataSource> {
  const until = Date.now() + waitMs;
  for (;;) {
    try {
      await dataSource.initialize();
      limitStatements(dataSource);
      if (isTracing()) traceStatements(dataSource);
      tellFailures(dataSource);
      return dataSource;
    } catch (error) {
      if (!isConnectionLost(error) || Date.now() > until) throw error;
      await sleep(250);
    }
  }
}

/**
 * Runs the migrations that have not run yet and returns their names. Only the migration user may do so: services never migrate at
 * start.
 */
export async function runMigrations(dataSource: DataSource): Promise<string[]> {
  if (!dataSource.isInitialized) await openDataSource(dataSource);
  // Migrations have no time limit.
  limits.set(dataSource, 0);
  // Two migrators at once would run a migration twice, so the second waits for the first.
  const runner = dataSource.createQueryRunner();
  try {
    const [row] = (await runner.query(`SELECT GET_LOCK(CONCAT(DATABASE(), '.migration'), 60) AS locked`)) as { locked: number }[];
    if (Number(row?.locked) !== 1) throw new Error('another migration of this schema has been running for over 60 s');
    const done = await dataSource.runMigrations();
    return done.map((migration) => migration.name);
  } finally {
    limits.set(dataSource, STATEMENT_LIMIT_MS);
    await runner.query(`SELECT RELEASE_LOCK(CONCAT(DATABASE(), '.migration'))`).catch(() => undefined);
    await runner.release();
  }
}
