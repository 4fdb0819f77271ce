import { createHotPool, type HotPool, migrateSchema } from '@strongroom/database';
import { sealWithRootKey, type RootKeys } from '@strongroom/envelope';
import { systemRandom } from '@strongroom/random';
import { silentLogger } from '@strongroom/telemetry';
import { createTestDatabase, type TestDatabase } from '@strongroom/testing';
import type { RootKeyConfig } from './config';
import { ProviderIdentity } from './identity';
import { RootKeyKeeper, type KeeperOptions } from './keeper';
import { type Opened, openRootKeys } from './open';
import { COUNT_HOLDS_OF_ROOT_KEYS, rootKeyTables, tieToRootKey } from './schema';
import type { SealedTable } from './sealed-table';
import { RootKeyStore } from './store';
import { unattendedKinds } from './unattended';

export const binding = (id: unknown) => ({ purpose: 'test', context: { id: String(id) } });

/** What the root key seals here. */
export const credential: SealedTable = {
  name: 'credential',
  key: ['id'],
  column: 'sealed',
  binding: (row) => binding(row['id']),
};

/** A schema with root keys and one table of sealed rows. */
export class RootKeyWorld {
  private constructor(
    readonly database: TestDatabase,
    readonly pool: HotPool,
  ) {}

  static async create(): Promise<RootKeyWorld> {
    const database = await createTestDatabase('root_keys');
    await migrateSchema(database, []);
    const pool = createHotPool(database);
    const world = new RootKeyWorld(database, pool);
    await database.admin.query(
      'CREATE TABLE root_key (slot TINYINT UNSIGNED NOT NULL PRIMARY KEY, ' +
        'fingerprint CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, created_at DATETIME(3) NOT NULL)',
    );
    await database.admin.query('CREATE TABLE credential (id INT NOT NULL PRIMARY KEY, sealed VARBINARY(255) NOT NULL)');
    return world;
  }

  /** As the migration of a service does. */
  async migrate(): Promise<void> {
    const statements = [...rootKeyTables('created_at'), COUNT_HOLDS_OF_ROOT_KEYS];
    for (const statement of statements) await this.database.admin.query(statement);
    await this.database.admin.query(tieToRootKey('credential', 'sealed'));
  }

  /** The schema without a row. */
  async clear(): Promise<void> {
    for (const table of ['credential', 'root_key_wrap', 'root_key_provider', 'root_key']) {
      await this.database.admin.query(`DELETE FROM ${table}`);
    }
  }

  store(pool: HotPool = this.pool): RootKeyStore {
    return new RootKeyStore(pool);
  }

  /** As a process does that starts. @throws Error */
  async open(config: Partial<RootKeyConfig>, pool = this.pool): Promise<Opened> {
    const opened = await this.tryOpen(config, pool);
    if ('reasons' in opened) throw new Error(`sealed: ${[...opened.reasons].join('; ')}`);
    return opened;
  }

  tryOpen(config: Partial<RootKeyConfig>, pool = this.pool) {
    const whole = { startSealed: false, graceMs: 0, ...config };
    return openRootKeys({ store: this.store(pool), config: whole, kinds: unattendedKinds(whole), random: systemRandom });
  }

  /** The keeper of a process; nothing is due later than now, unless it is told so. */
  keeper(rootKeys: RootKeys, options: Partial<KeeperOptions> = {}): RootKeyKeeper {
    return new RootKeyKeeper({
      store: this.store(),
      rootKeys,
      tables: [credential],
      random: systemRandom,
      logger: silentLogger,
      graceMs: 0,
      batchSize: 3,
      pauseMs: 0,
      ...options,
    });
  }

  async seal(rootKeys: RootKeys, ...ids: number[]): Promise<void> {
    for (const id of ids) {
      const sealed = sealWithRootKey(rootKeys, binding(id), Buffer.from(`credential ${id}`), systemRandom);
      await this.rows('INSERT INTO credential (id, sealed) VALUES (?, ?)', [id, sealed]);
    }
  }

  async rows<Row = Record<string, unknown>>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const [rows] = await this.database.admin.query(sql, parameters as never);
    return rows as Row[];
  }

  /** Lets the time pass for which a root key is pending or retiring. */
  async due(): Promise<void> {
    await this.rows("UPDATE root_key SET current_from = '2000-01-01' WHERE state = 'pending'");
    await this.rows("UPDATE root_key SET retire_from = '2000-01-01' WHERE state = 'retiring'");
  }

  async states(): Promise<string[]> {
    return (await this.store().rootKeys()).map(({ state }) => state);
  }

  async drop(): Promise<void> {
    await this.pool.close();
    await this.database.drop();
  }
}

/** The text of an identity file. */
export const newIdentity = async () => ProviderIdentity.generate(systemRandom).text();

/** A pool whose process dies: after so many statements nothing reaches the database any more. */
export function mortalPool(pool: HotPool, lifetime: number): HotPool & { readonly isDead: () => boolean } {
  let left = lifetime;
  const live = <T>(work: () => Promise<T>): Promise<T> => {
    if (left-- <= 0) return Promise.reject(new Error('the process was killed here'));
    return work();
  };
  return {
    query: (sql, parameters, options) => live(() => pool.query(sql, parameters, options)),
    transaction: (work, options) =>
      pool.transaction(
        ({ query, execute }) =>
          work({
            query: (sql, parameters) => live(() => query(sql, parameters)),
            execute: (sql, parameters) => live(() => execute(sql, parameters)),
          }).then((result) => live(() => Promise.resolve(result))),
        options,
      ),
    close: () => Promise.resolve(),
    isDead: () => left < 0,
  };
}
