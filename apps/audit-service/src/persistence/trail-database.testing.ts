import { createDataSource, openDataSource, runMigrations } from '@strongroom/database';
import { createTestDatabase, type TestDatabase, type TestDatabaseUser } from '@strongroom/testing';
import type { DataSource } from 'typeorm';
import { entities, migrations } from './schema';

export interface TrailDatabase {
  database: TestDatabase;
  /** The user that serves: SELECT and INSERT. */
  runtime: TestDatabaseUser;
  /** Data sources of the runtime user; closed with the database. */
  connect(): Promise<DataSource>;
  drop(): Promise<void>;
}

/** A fresh trail made by the real migrations. */
export const createTrailDatabase = async (): Promise<TrailDatabase> => {
  const database = await createTestDatabase('audit');
  const owner = createDataSource({ database, entities, migrations });
  await runMigrations(owner);
  await owner.destroy();
  const runtime = await database.createUser(['SELECT', 'INSERT']);
  const open: DataSource[] = [];
  return {
    database,
    runtime,
    async connect() {
      const { host, port, name } = database;
      const dataSource = await openDataSource(createDataSource({ database: { host, port, name, ...runtime }, entities }));
      open.push(dataSource);
      return dataSource;
    },
    async drop() {
      await Promise.all(open.map((dataSource) => dataSource.destroy()));
      await database.drop();
    },
  };
};
