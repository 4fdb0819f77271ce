import { migrationDatabaseConfig, type Environment } from '@strongroom/config';
import { createDataSource, openDataSource, runMigrations } from '@strongroom/database';
import { migrations } from './persistence/migrations';

/** Brings the schema up to date, with the database user that owns it. */
export const migrate = async (env: Environment): Promise<void> => {
  const dataSource = await openDataSource(createDataSource({ database: migrationDatabaseConfig(env), entities: [], migrations }));
  try {
    await runMigrations(dataSource);
  } finally {
    await dataSource.destroy();
  }
};
