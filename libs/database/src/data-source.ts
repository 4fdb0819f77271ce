import type { DataSource, EntitySchema, MigrationInterface, MixedList, QueryRunner } from 'typeorm';
import type { Logger } from '@strongroom/telemetry';
import { isTracing } from '@strongroom/tracing';
import type { PoolConnection, PoolOptions } from 'mysql2';
import type { DatabaseConfig } from './database-config';
import { DEFAULT_TIMEOUT_MS, MAX_WAITING, WAIT_MS } from './deadline';
import { connectionLost, isCollision, isConnectionLost, isNodeBehind, isStatementTimeout } from './driver-errors';
import { NodePool } from './node-pool';
import { awaitDatabase } from './node-watch';
import { repeat } from './repeat';
import { sleep } from './sleep';
import { inStatementSpan } from './statement-span';
import { sessionLimit, STATEMENT_LIMIT_MS } from './statement-limit';
import { busy, databaseAway, tookTooLong } from './transaction';

export interface DataSourceSettings {
  database: DatabaseConfig;
  // TypeORM types classes so.
  // oxlint-disable-next-line typescript/no-unsafe-function-type
  entities: MixedList<Function | string | EntitySchema>;
  migrations?: (new () => MigrationInterface)[];
  /** The most connections, default 10. */
  poolSize?: number;
  /** Hears which nodes of the database are left out or left. */
  logger?: Logger;
}

/** Times are UTC. BIGINTs are numbers while they are exact, otherwise strings. */
async function createDataSource(
  { database, entities, migrations, poolSize }: DataSourceSettings,
  limitMs: number,
): Promise<DataSource> {
  // Loaded by those who use it: it takes 20 MB and an eighth of a second.
  const typeorm = await import('typeorm');
  return new typeorm.DataSource({
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
    driver: {
      createPool: (pool: PoolOptions) => poolForTypeOrm(new NodePool({ database, pool, begin: [sessionLimit(limitMs)] })),
    },
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

/** What TypeORM uses of the driver's own pool. */
function poolForTypeOrm(pool: NodePool) {
  return {
    getConnection(done: (error: unknown, connection?: PoolConnection) => void): void {
      pool.getConnection().then((connection) => done(null, connection), done);
    },
    end(done: (error?: unknown) => void): void {
      pool.end().then(() => done(), done);
    },
  };
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
 * Statements outside a transaction fail as the hot pool's do: with RequestTimeoutException or ServiceUnavailableException. They
 * are repeated as well: those that read when the connection is lost, all when others were in the way, which leaves nothing done.
 * `inTransaction` judges what fails in a transaction.
 */
function tellFailures(dataSource: DataSource): void {
  const createQueryRunner = dataSource.createQueryRunner.bind(dataSource);
  dataSource.createQueryRunner = (mode) => {
    const runner = createQueryRunner(mode);
    const query = runner.query.bind(runner) as (...statement: Parameters<QueryRunner['query']>) => Promise<never>;
    runner.query = async (...statement: Parameters<QueryRunner['query']>) => {
      if (runner.isTransactionActive) return query(...statement);
      const reads = /^\s*SELECT\b/i.test(statement[0]);
      const once = async () => {
        try {
          return await query(...statement);
        } catch (error) {
          const told = reads && isNodeBehind(error) ? connectionLost(error) : error;
          if (isConnectionLost(told)) loseConnection(runner);
          throw told;
        }
      };
      const lasting = (error: unknown) => {
        if (isCollision(error)) return busy(error);
        return reads && isConnectionLost(error) ? databaseAway(error) : undefined;
      };
      try {
        return await repeat(once, Date.now() + DEFAULT_TIMEOUT_MS, lasting);
      } catch (error) {
        throw toldOf(error);
      }
    };
    return runner;
  };
}

/** The runner takes another connection for its next statement, and nobody gets this one again. */
function loseConnection(runner: QueryRunner): void {
  const held = runner as unknown as { databaseConnection?: PoolConnection; databaseConnectionPromise?: unknown };
  held.databaseConnection?.destroy();
  held.databaseConnection = held.databaseConnectionPromise = undefined;
}

function toldOf(error: unknown): unknown {
  if (isStatementTimeout(error)) return tookTooLong(error);
  return isConnectionLost(error) ? databaseAway(error) : error;
}

/**
 * Opens a TypeORM data source whose statements have a time limit in the database. Waits at most 15 s for a server that is not
 * there yet; one of several nodes must be well.
 *
 * @param limitMs milliseconds; 0: none
 * @throws ConfigError if the nodes are not those of one cluster
 */
export async function openDataSource(settings: DataSourceSettings, limitMs = STATEMENT_LIMIT_MS): Promise<DataSource> {
  const until = Date.now() + WAIT_MS;
  await awaitDatabase(settings.database, { waitMs: WAIT_MS, logger: settings.logger });
  const dataSource = await createDataSource(settings, limitMs);
  for (;;) {
    try {
      await dataSource.initialize();
      if (isTracing()) traceStatements(dataSource);
      tellFailures(dataSource);
      return dataSource;
    } catch (error) {
      if (!isConnectionLost(error) || Date.now() > until) throw error;
      await sleep(250);
    }
  }
}
