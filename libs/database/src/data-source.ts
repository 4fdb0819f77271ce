import type { DataSource, EntitySchema, MigrationInterface, MixedList, QueryRunner } from 'typeorm';
import { isTracing } from '@strongroom/tracing';
import { type DatabaseConfig, tlsOf } from './database-config';
import { MAX_WAITING } from './deadline';
import { isConnectionLost, isStatementTimeout } from './driver-errors';
import { sleep } from './sleep';
import { inStatementSpan } from './statement-span';
import { sessionLimit, STATEMENT_LIMIT_MS } from './statement-limit';
import { databaseAway, tookTooLong } from './transaction';

export interface DataSourceSettings {
  database: DatabaseConfig;
  // TypeORM types classes so.
  // oxlint-disable-next-line typescript/no-unsafe-function-type
  entities: MixedList<Function | string | EntitySchema>;
  migrations?: (new () => MigrationInterface)[];
  /** The most connections, default 10. */
  poolSize?: number;
}

const CONNECT_TIMEOUT_MS = 3_000;
/** How long a server that is not there yet is waited for. Milliseconds. */
const WAIT_MS = 15_000;

/** Times are UTC. BIGINTs are numbers while they are exact, otherwise strings. */
async function createDataSource({ database, entities, migrations, poolSize }: DataSourceSettings): Promise<DataSource> {
  // Loaded by those who use it: it takes 20 MB and an eighth of a second.
  const typeorm = await import('typeorm');
  return new typeorm.DataSource({
    type: 'mysql',
    host: database.host,
    port: database.port,
    username: database.user,
    password: database.password,
    database: database.name,
    ssl: tlsOf(database),
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

/** Runs once for each connection, before its first statement; TypeORM has already used one when its pool becomes accessible. */
function limitStatements(dataSource: DataSource, limitMs: number): void {
  const { pool } = dataSource.driver as unknown as { pool: ConnectionPool };
  const limited = new WeakSet<Connection>();
  pool.on('acquire', (connection) => {
    if (limited.has(connection)) return;
    limited.add(connection);
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
 * Opens a TypeORM data source whose statements have a time limit in the database. Waits at most 15 s for a server that is not
 * there yet.
 *
 * @param limitMs milliseconds; 0: none
 */
export async function openDataSource(settings: DataSourceSettings, limitMs = STATEMENT_LIMIT_MS): Promise<DataSource> {
  const dataSource = await createDataSource(settings);
  const until = Date.now() + WAIT_MS;
  for (;;) {
    try {
      await dataSource.initialize();
      limitStatements(dataSource, limitMs);
      if (isTracing()) traceStatements(dataSource);
      tellFailures(dataSource);
      return dataSource;
    } catch (error) {
      if (!isConnectionLost(error) || Date.now() > until) throw error;
      await sleep(250);
    }
  }
}
