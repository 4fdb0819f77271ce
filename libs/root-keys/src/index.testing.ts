import type { HotPool } from '@strongroom/database';
import type { RootKey, RootKeys } from '@strongroom/envelope';
import { systemRandom } from '@strongroom/random';
import { resealBatch, type SealedTable } from './sealed-table';

// For the tests of services: that all which their root keys seal is listed, and with what it is bound to.

/** Adds a root key to those in use, and seals every row anew with it. */
export async function resealAll(pool: HotPool, tables: readonly SealedTable[], rootKeys: RootKeys, next: RootKey): Promise<void> {
  const old = rootKeys.fingerprint;
  rootKeys.add(next);
  rootKeys.use(next.fingerprint);
  await pool.transaction(async (tx) => {
    await tx.execute('INSERT INTO root_key (slot, fingerprint, in_use) VALUES (99, ?, UNHEX(?))', [
      next.fingerprint,
      next.fingerprint,
    ]);
    for (const table of tables) {
      const { failed } = await resealBatch(tx, table, old, { rootKeys, random: systemRandom, size: 1_000, skip: 0 });
      if (failed > 0) throw new Error(`${failed} rows of ${table.name} do not open`);
    }
  });
}

/** Columns of bytes that no sealed table names, as `table.column`: each must be one that no root key seals. */
export async function unlistedColumns(pool: HotPool, tables: readonly SealedTable[]): Promise<string[]> {
  const columns = await pool.query<{ name: string }>(
    "SELECT CONCAT(table_name, '.', column_name) AS name FROM information_schema.columns " +
      "WHERE table_schema = DATABASE() AND data_type IN ('binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob') " +
      "AND column_name <> 'sealed_by' AND table_name NOT LIKE 'root\\_key%' ORDER BY name",
    [],
  );
  const listed = new Set(tables.map(({ name, column }) => `${name}.${column}`));
  return columns.map(({ name }) => name).filter((name) => !listed.has(name));
}

export { openEveryRow } from './sealed-table';
export { RootKeyStore } from './store';
