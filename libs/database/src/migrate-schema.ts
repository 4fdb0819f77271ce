import type { MigrationInterface } from 'typeorm';
import { openDataSource } from './data-source';
import type { DatabaseConfig } from './database-config';

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
  try {
    // Two migrators at once would run a migration twice, so the second waits for the first. The connection holds the lock.
    const runner = dataSource.createQueryRunner();
    const [row] = (await runner.query(`SELECT GET_LOCK(CONCAT(DATABASE(), '.migration'), 60) AS locked`)) as { locked: number }[];
    if (Number(row?.locked) !== 1) throw new Error('another migration of this schema has been running for over 60 s');
    const done = await dataSource.runMigrations();
    return done.map((migration) => migration.name);
  } finally {
    await dataSource.destroy();
  }
}
