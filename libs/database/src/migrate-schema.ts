import type { DataSource, MigrationInterface } from 'typeorm';
import { pollUntil } from '@strongroom/clock';
import { openDataSource } from './data-source';
import type { DatabaseConfig } from './database-config';
import { openHotPool } from './hot-pool';
import { CREATE_LEASE, Lease } from './lease';

/** How long another migration is waited for. Milliseconds. */
const PATIENCE_MS = 60_000;
/** How often it is looked whether it has ended. Milliseconds. */
const LOOK_MS = 100;

/**
 * Runs the migrations that have not run yet, as the user that owns the schema, and returns their names. Services never migrate at
 * start. A migration has no time limit.
 *
 * @throws Error when another migration of this schema has been running for over 60 s
 */
export async function migrateSchema(
  database: DatabaseConfig,
  migrations: readonly (new () => MigrationInterface)[],
): Promise<string[]> {
  const dataSource = await openDataSource({ database, entities: [], migrations: [...migrations] }, 0);
  const pool = await openHotPool(database, { poolSize: 1 });
  const lease = new Lease(pool, 'migration');
  try {
    await dataSource.query(CREATE_LEASE);
    // Two migrators at once would run a migration twice, so the second waits for the first.
    if (!(await pollUntil(() => lease.hold(), PATIENCE_MS, LOOK_MS))) {
      throw new Error('another migration of this schema has been running for over 60 s');
    }
    guardMigrations(dataSource, lease);
    const done = await dataSource.runMigrations();
    return done.map((migration) => migration.name);
  } finally {
    await lease.release();
    await pool.close();
    await dataSource.destroy();
  }
}

/** A migrator that was asleep, and whose place another one has taken, begins no further migration. */
function guardMigrations(dataSource: DataSource, lease: Lease): void {
  for (const migration of dataSource.migrations) {
    const up = migration.up.bind(migration);
    migration.up = async (runner) => {
      await lease.guard({ execute: async (sql, parameters) => (await runner.query(sql, [...parameters])) as never });
      await up(runner);
    };
  }
}
