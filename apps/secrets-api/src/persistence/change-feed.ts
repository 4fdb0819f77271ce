import { type HotPool, padded, questionMarks, type Statements } from '@strongroom/database';
import type { ChangedSecret, ChangeFeed, ChangePosition } from '../domain/watch/change-feed.port';

interface ChangeRow {
  id: number | string;
  account_id: string;
  region: string;
  name: string;
  arn_suffix: string;
}

const COLUMNS = 'id, account_id, region, name, arn_suffix';
/** Of one read. */
const MAX_ROWS = 1_000;
/** The longest that a transaction may take to commit after it has taken its number; milliseconds. */
const MAX_TRANSACTION_MS = 60_000;
/** Numbers that are waited for; beyond it the oldest are given up. A transaction that was rolled back never brings its number. */
const MAX_MISSING = 1_000;
/** Changes that a resumed watch is told; beyond it, everything is told. */
const MAX_SINCE = 10_000;
/** How long changes are kept; minutes. */
const KEPT_MINUTES = 60;

/**
 * Reads the changes that writers store in their transactions, by their numbers. Numbers are given when a row is written and not
 * when it is committed, so a lower one may come after a higher one: the feed remembers which are missing, and asks for them.
 */
export class DatabaseChangeFeed implements ChangeFeed {
  /** The highest number seen; undefined before the first read. */
  private last: number | undefined;
  /** When each was found missing; milliseconds, in the order of the numbers. */
  private readonly missing = new Map<number, number>();

  constructor(
    private readonly pool: HotPool,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get position(): ChangePosition {
    return { seen: this.last ?? 0, missing: [...this.missing.keys()] };
  }

  restart(): void {
    this.last = undefined;
    this.missing.clear();
  }

  async next(): Promise<{ changes: ChangedSecret[]; isAll: boolean }> {
    // Transactions that were open at the start may have numbers below the highest one.
    const last = (this.last ??= Math.max(0, (await this.newest()) - MAX_ROWS));
    const missing = [...this.missing.keys()];
    const after = await this.pool.query<ChangeRow>(
      `SELECT ${COLUMNS} FROM secret_change WHERE id > ? ORDER BY id LIMIT ${MAX_ROWS}`,
      [last],
    );
    const late = missing.length === 0 ? [] : await this.among(missing);
    for (const { id } of late) this.missing.delete(Number(id));
    this.note(last, after);
    this.giveUp();
    return { changes: [...late, ...after].map(toChange), isAll: after.length < MAX_ROWS };
  }

  async since({ seen, missing }: ChangePosition, accountId: string): Promise<ChangedSecret[] | undefined> {
    const [kept] = await this.pool.query<Record<'oldest' | 'newest', number | string | null>>(
      'SELECT MIN(id) AS oldest, MAX(id) AS newest FROM secret_change',
      [],
    );
    if (!kept || kept.oldest === null || Number(kept.oldest) > (missing[0] ?? seen + 1)) return undefined;
    // Since the position was taken, the database has been restored from a backup.
    if (Number(kept.newest) < seen) return undefined;
    const late = missing.length === 0 ? [] : await this.among(missing);
    const rows = await this.pool.query<ChangeRow>(
      `SELECT ${COLUMNS} FROM secret_change WHERE id > ? AND account_id = ? ORDER BY id LIMIT ${MAX_SINCE + 1}`,
      [seen, accountId],
    );
    if (rows.length > MAX_SINCE) return undefined;
    return [...late.filter(({ account_id: owner }) => owner === accountId), ...rows].map(toChange);
  }

  async forgetOld(limit: number): Promise<number> {
    return this.pool.transaction(async (statements) => {
      const { affectedRows } = await statements.execute(
        `DELETE FROM secret_change WHERE changed_at < UTC_TIMESTAMP(3) - INTERVAL ${KEPT_MINUTES} MINUTE ORDER BY changed_at
          LIMIT ${limit}`,
        [],
      );
      return affectedRows;
    });
  }

  private async newest(): Promise<number> {
    const [row] = await this.pool.query<{ newest: number | string | null }>('SELECT MAX(id) AS newest FROM secret_change', []);
    return Number(row?.newest ?? 0);
  }

  private async among(ids: readonly number[]): Promise<ChangeRow[]> {
    const wanted = padded(ids);
    return this.pool.query<ChangeRow>(
      `SELECT DISTINCT ${COLUMNS} FROM secret_change WHERE id IN (${questionMarks(wanted.length)})`,
      wanted,
    );
  }

  private note(last: number, rows: readonly ChangeRow[]): void {
    let expected = last + 1;
    for (const row of rows) {
      const id = Number(row.id);
      for (let number = Math.max(expected, id - MAX_MISSING); number < id; number++) this.missing.set(number, this.now());
      expected = id + 1;
    }
    this.last = expected - 1;
  }

  private giveUp(): void {
    const before = this.now() - MAX_TRANSACTION_MS;
    for (const [number, since] of this.missing) {
      if (since > before && this.missing.size <= MAX_MISSING) break;
      this.missing.delete(number);
    }
  }
}

/** Tells watchers of a change, in the transaction that makes it. */
export async function insertChanges(statements: Statements, changes: readonly ChangedSecret[]): Promise<void> {
  await statements.execute(
    `INSERT INTO secret_change (account_id, region, name, arn_suffix, changed_at)
      VALUES ${changes.map(() => '(?, ?, ?, ?, UTC_TIMESTAMP(3))').join(', ')}`,
    changes.flatMap(({ accountId, region, name, suffix }) => [accountId, region, name, suffix]),
  );
}

const toChange = ({ account_id: accountId, region, name, arn_suffix: suffix }: ChangeRow): ChangedSecret => ({
  accountId,
  region,
  name,
  suffix,
});
