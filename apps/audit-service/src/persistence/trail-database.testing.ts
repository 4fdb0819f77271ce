import { migrateSchema, openHotPool, type HotPool } from '@strongroom/database';
import { createTestDatabase, type TestDatabase, type TestDatabaseUser } from '@strongroom/testing';
import { migrations } from './migrations';

export interface TrailDatabase {
  database: TestDatabase;
  /** The user that serves: SELECT and INSERT, and UPDATE of the lease. */
  runtime: TestDatabaseUser;
  /** Pools of the runtime user; closed with the database. */
  connect(poolSize?: number): Promise<HotPool>;
  /** Brings the schema up to date, or up to some migrations of it. */
  migrate(upTo?: typeof migrations): Promise<void>;
  drop(): Promise<void>;
}

/** A fresh trail made by the real migrations. */
export const createTrailDatabase = async (upTo = migrations): Promise<TrailDatabase> => {
  const database = await createTestDatabase('audit');
  const migrate = async (wanted = migrations) => void (await migrateSchema(database, wanted));
  await migrate(upTo);
  const runtime = await database.createUser(['SELECT', 'INSERT']);
  await database.admin.query(`GRANT UPDATE ON ${database.name}.lease TO ${runtime.user}@'%'`);
  const open: HotPool[] = [];
  return {
    database,
    runtime,
    async connect(poolSize) {
      const { host, port, name } = database;
      const pool = await openHotPool({ host, port, name, ...runtime }, { poolSize });
      open.push(pool);
      return pool;
    },
    migrate,
    async drop() {
      await Promise.all(open.map((pool) => pool.close()));
      await database.drop();
    },
  };
};
