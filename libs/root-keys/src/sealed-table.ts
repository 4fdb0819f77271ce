import { openWithRootKey, type RootKeyBinding, type RootKeySealer, forget, sealWithRootKey } from '@strongroom/envelope';
import type { Statements } from '@strongroom/database';
import type { RandomSource } from '@strongroom/random';
import type { RootKeyStore } from './store';

export type SealedRow = Readonly<Record<string, unknown>>;

/** A table with a column that a root key sealed; `tieToRootKey` gave it the column `sealed_by`. */
export interface SealedTable {
  readonly name: string;
  /** The columns of its primary key. */
  readonly key: readonly string[];
  /** The sealed column. */
  readonly column: string;
  /** More that `binding` needs of a row: expressions over the table as `t`, such as `t.kind`. */
  readonly select?: readonly string[];
  /** What the blob of a row is bound to. */
  binding(row: SealedRow): RootKeyBinding;
}

/** What a batch did. Rows that cannot be opened stay as they are, and keep their root key from retiring. */
export interface Batch {
  readonly resealed: number;
  readonly failed: number;
}

const sealedBy = (fingerprint: string): Buffer => Buffer.from(fingerprint, 'hex');

/**
 * Seals up to `size` rows of a table anew that name an old root key, with the current one. A row that changed since it was read
 * stays as it is: who changed it has sealed it.
 *
 * @param skip how many rows to leave out, in the order of their keys: those that could not be opened before
 */
export async function resealBatch(
  tx: Statements,
  table: SealedTable,
  old: string,
  { rootKeys, random, size, skip }: { rootKeys: RootKeySealer; random: RandomSource; size: number; skip: number },
): Promise<Batch> {
  const rows = await tx.query<SealedRow>(
    `${selectOf(table)} WHERE t.sealed_by = ? ORDER BY ${orderOf(table)} LIMIT ${size} OFFSET ${skip}`,
    [sealedBy(old)],
  );
  let failed = 0;
  for (const row of rows) {
    const before = row['sealed'] as Buffer;
    const after = resealed(table, row, rootKeys, random);
    if (!after) failed++;
    else await tx.execute(updateOf(table), [after, ...table.key.map((column) => row[column]), before]);
  }
  return { resealed: rows.length - failed, failed };
}

function resealed(table: SealedTable, row: SealedRow, rootKeys: RootKeySealer, random: RandomSource): Buffer | undefined {
  const binding = table.binding(row);
  let plaintext: Buffer;
  try {
    plaintext = openWithRootKey(rootKeys, binding, row['sealed'] as Buffer);
  } catch {
    return undefined;
  }
  try {
    return sealWithRootKey(rootKeys, binding, plaintext, random);
  } finally {
    forget(plaintext);
  }
}

/** How many rows of a table name a root key. */
export async function countSealedBy(store: RootKeyStore, table: SealedTable, fingerprint: string): Promise<number> {
  const [row] = await store.query<{ count: number }>(`SELECT COUNT(*) AS count FROM ${table.name} WHERE sealed_by = ?`, [
    sealedBy(fingerprint),
  ]);
  return Number(row!.count);
}

/** Opens every row of a table and keeps nothing; the keys of those that do not open. */
export async function openEveryRow(
  store: RootKeyStore,
  table: SealedTable,
  rootKeys: RootKeySealer,
  size = 500,
): Promise<{ opened: number; failed: string[] }> {
  const failed: string[] = [];
  let opened = 0;
  for (let after: unknown[] = []; ;) {
    const place = after.length === 0 ? '' : `AND (${orderOf(table)}) > (${table.key.map(() => '?').join(', ')})`;
    const rows = await store.query<SealedRow>(
      `${selectOf(table)} WHERE t.${table.column} IS NOT NULL ${place} ORDER BY ${orderOf(table)} LIMIT ${size}`,
      after,
    );
    for (const row of rows) {
      try {
        forget(openWithRootKey(rootKeys, table.binding(row), row['sealed'] as Buffer));
        opened++;
      } catch {
        failed.push(`${table.name} ${table.key.map((column) => String(row[column])).join(' ')}`);
      }
    }
    const last = rows.at(-1);
    if (!last || rows.length < size) return { opened, failed };
    after = table.key.map((column) => last[column]);
  }
}

const orderOf = ({ key }: SealedTable): string => key.map((column) => `t.${column}`).join(', ');

const selectOf = (table: SealedTable): string =>
  `SELECT ${[orderOf(table), `t.${table.column} AS sealed`, ...(table.select ?? [])].join(', ')} FROM ${table.name} t`;

const updateOf = ({ name, key, column }: SealedTable): string =>
  `UPDATE ${name} SET ${column} = ? WHERE ${key.map((each) => `${each} = ?`).join(' AND ')} AND ${column} = ?`;
