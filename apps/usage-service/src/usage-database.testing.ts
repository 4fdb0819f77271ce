import { migrateSchema, openHotPool, type HotPool } from '@strongroom/database';
import { createTestDatabase } from '@strongroom/testing';
import { migrations } from './persistence/migrations';

/** A fresh schema made by the real migrations, and a pool of a user with the service's rights. */
export async function createUsageDatabase() {
  const database = await createTestDatabase('usage');
  await migrateSchema(database, migrations);
  const runtime = await database.createUser(['SELECT', 'INSERT', 'UPDATE', 'DELETE']);
  const { host, port, name } = database;
  const config = { host, port, name, user: runtime.user, password: runtime.password };
  const pool = await openHotPool(config);
  return {
    config,
    pool,
    async drop() {
      await pool.close();
      await database.drop();
    },
  };
}

/** Thrown in the middle of a transaction, it is what a kill is to the database: nothing of it is committed. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/**
 * A pool whose transactions are killed. `fault` is asked before each statement, before COMMIT, and after it.
 */
export function killable(pool: HotPool, fault: () => boolean): HotPool {
  const strike = () => {
    if (fault()) throw new Killed();
  };
  return {
    ...pool,
    transaction: async (work, options) => {
      const result = await pool.transaction(async ({ query, execute }) => {
        const done = await work({
          query: (...given) => (strike(), query(...given)) as never,
          execute: (...given) => (strike(), execute(...given)),
        });
        strike();
        return done;
      }, options);
      strike();
      return result;
    },
  };
}
