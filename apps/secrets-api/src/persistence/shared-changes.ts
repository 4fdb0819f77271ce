import { asError, Coalescer } from '@strongroom/coalesce';
import { type HotPool, isCollision, isConnectionLost, padded, questionMarks, type Statements } from '@strongroom/database';
import type { LockedSecret, WriteOptions } from '../domain/secret-store.port';
import { RowLockedSecret } from './row-locked-secret';
import { SecretStatements } from './secret-statements';
import { SECRET_COLUMNS, type SecretRow, toSecret } from './secret.row';

/** The change that one call makes to one secret. */
export interface Change<Result> {
  secretId: number;
  work: (locked: LockedSecret) => Promise<Result>;
  options: WriteOptions;
}

/** Returned in place of a result: the secret no longer exists, somebody else has its lock, or the change must run alone. */
export const NOT_SHARED = Symbol('not shared');

const MAX_CHANGES = 32;
/** The number of transactions at a time; further changes wait for the next one. */
const MAX_TRANSACTIONS = 2;
/**
 * A call with less time left than this shares no transaction, because a transaction ends for all members when the time of one is
 * over; milliseconds.
 */
const TIME_TO_SHARE = 2_000;

/**
 * Changes to different secrets that arrive at the same time share a transaction: its round trips, its locks and the sync of its
 * commit. Each change is as atomic as alone:
 * - It does not wait for a secret that somebody else has locked. Two changes to one secret never share.
 * - A change that fails before it has written fails alone. If it fails afterwards, the transaction is rolled back, and all of its
 * changes run again, alone.
 */
export class SharedChanges {
  private readonly coalescer: Coalescer<Change<unknown>, unknown>;

  constructor(private readonly pool: HotPool) {
    this.coalescer = new Coalescer({
      maxBatch: MAX_CHANGES,
      maxInFlight: MAX_TRANSACTIONS,
      run: (batch) => this.run(batch),
    });
  }

  /** The result of the work, or NOT_SHARED, in which case nothing was changed. */
  change<Result>(change: Change<Result>): Promise<Result | typeof NOT_SHARED> {
    return this.coalescer.ask(change) as Promise<Result | typeof NOT_SHARED>;
  }

  private async run(batch: readonly Change<unknown>[]): Promise<unknown[]> {
    const soon = Date.now() + TIME_TO_SHARE;
    const members = new Map<number, Change<unknown>>();
    for (const change of batch) {
      if (change.options.deadline >= soon && !members.has(change.secretId)) members.set(change.secretId, change);
    }
    const results = members.size === 0 ? new Map<Change<unknown>, unknown>() : await this.together([...members.values()]);
    return batch.map((change) => (results.has(change) ? results.get(change) : NOT_SHARED));
  }

  private async together(changes: readonly Change<unknown>[]): Promise<ReadonlyMap<Change<unknown>, unknown>> {
    try {
      return await this.pool.transaction((statements) => makeAll(statements, changes), {
        deadline: Math.min(...changes.map(({ options }) => options.deadline)),
      });
    } catch (error) {
      if (error instanceof Spoiled) return new Map();
      throw error;
    }
  }
}

/** A change failed after it had written, so the transaction must be rolled back. */
class Spoiled extends Error {}

const makeAll = async (statements: Statements, changes: readonly Change<unknown>[]) => {
  const ids = changes.map(({ secretId }) => secretId);
  const rows = await lockSecrets(statements, ids, 'FOR UPDATE SKIP LOCKED');
  const shared = new SecretStatements(statements);
  const results = new Map<Change<unknown>, unknown>();
  let spoiled: Error | undefined;
  const make = async (change: Change<unknown>): Promise<void> => {
    const row = rows.get(change.secretId);
    if (!row) return;
    let locked: RowLockedSecret | undefined;
    try {
      locked = new RowLockedSecret(shared, toSecret(row));
      results.set(change, await makeOne(locked, change));
    } catch (error) {
      // For these errors the whole transaction is repeated.
      if (isConnectionLost(error) || isCollision(error)) spoiled = error as Error;
      else if (locked?.hasWritten) spoiled ??= new Spoiled();
      else results.set(change, asError(error));
    }
  };
  await Promise.all(changes.map(make));
  if (spoiled) throw spoiled;
  return results;
};

export async function makeOne<Result>(locked: RowLockedSecret, { work, options }: Change<Result>): Promise<Result> {
  const result = await work(locked);
  await locked.writeTerms();
  await locked.announce();
  await options.beforeCommit();
  return result;
}

export type Lock = 'FOR UPDATE' | 'FOR UPDATE SKIP LOCKED';

/** The secrets whose rows could be locked. */
export async function lockSecrets(
  statements: Statements,
  ids: readonly number[],
  lock: Lock,
): Promise<ReadonlyMap<number, SecretRow>> {
  const wanted = padded(ids);
  const locked = await statements.query<{ id: number | string }>(
    `SELECT id FROM secret WHERE id IN (${questionMarks(wanted.length)}) ORDER BY id ${lock}`,
    wanted,
  );
  if (locked.length === 0) return new Map();
  // A separate statement: the first one alone would read labels and tags from before it waited for the lock.
  const found = padded(locked.map(({ id }) => Number(id)));
  const rows = await statements.query<SecretRow>(
    `SELECT ${SECRET_COLUMNS} FROM secret s WHERE s.id IN (${questionMarks(found.length)})`,
    found,
  );
  return new Map(rows.map((row) => [Number(row.id), row]));
}
