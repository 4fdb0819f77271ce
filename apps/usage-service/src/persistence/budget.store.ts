import type { HotPool } from '@strongroom/database';
import { limitExceeded } from '@strongroom/errors';
import { lockPlace } from '@strongroom/trail-consumer';
import { type Budget, type BudgetStore, MAX_BUDGETS } from '../domain/budget.port';

interface BudgetRow {
  account_id: string;
  name: string;
  amount: number;
  threshold_percent: number;
  reached_month: string | null;
}

const COLUMNS = 'account_id, name, amount, threshold_percent, reached_month';
/** Milliseconds. */
const REACH_TIMEOUT = 10_000;
/** Budgets that one check looks at. */
const MAX_PENDING = 10_000;

export class DatabaseBudgetStore implements BudgetStore {
  constructor(private readonly pool: HotPool) {}

  put(
    { accountId, name, amount, thresholdPercent }: Omit<Budget, 'reachedMonth'>,
    beforeCommit: () => Promise<void>,
    deadline: number,
  ): Promise<void> {
    return this.pool.transaction(
      async (tx) => {
        await lockPlace(tx, accountId);
        await tx.execute(
          `INSERT INTO budget (account_id, name, amount, threshold_percent) VALUES (?, ?, ?, ?)
           ON DUPLICATE KEY UPDATE
             reached_month = IF(amount = VALUES(amount) AND threshold_percent = VALUES(threshold_percent), reached_month, NULL),
             amount = VALUES(amount), threshold_percent = VALUES(threshold_percent)`,
          [accountId, name, amount.toString(), thresholdPercent],
        );
        const [row] = await tx.query<{ count: number }>('SELECT COUNT(*) AS count FROM budget WHERE account_id = ?', [accountId]);
        if (Number(row!.count) > MAX_BUDGETS) throw limitExceeded(`An account has at most ${MAX_BUDGETS} budgets.`);
        await beforeCommit();
      },
      { deadline },
    );
  }

  async list(accountId: string, after: string, limit: number): Promise<Budget[]> {
    const rows = await this.pool.query<BudgetRow>(
      `SELECT ${COLUMNS} FROM budget WHERE account_id = ? AND name > ? ORDER BY name LIMIT ${limit}`,
      [accountId, after],
    );
    return rows.map(toBudget);
  }

  delete(accountId: string, name: string, beforeCommit: () => Promise<void>, deadline: number): Promise<boolean> {
    return this.pool.transaction(
      async ({ execute }) => {
        const { affectedRows } = await execute('DELETE FROM budget WHERE account_id = ? AND name = ?', [accountId, name]);
        if (affectedRows > 0) await beforeCommit();
        return affectedRows > 0;
      },
      { deadline },
    );
  }

  async pending(month: string): Promise<Budget[]> {
    const rows = await this.pool.query<BudgetRow>(
      `SELECT ${COLUMNS} FROM budget WHERE reached_month IS NULL OR reached_month < ? LIMIT ${MAX_PENDING}`,
      [month],
    );
    return rows.map(toBudget);
  }

  reach({ accountId, name, amount, thresholdPercent }: Budget, month: string, beforeCommit: () => Promise<void>): Promise<void> {
    return this.pool.transaction(
      async ({ execute }) => {
        const { affectedRows } = await execute(
          `UPDATE budget SET reached_month = ?
           WHERE account_id = ? AND name = ? AND amount = ? AND threshold_percent = ?
             AND (reached_month IS NULL OR reached_month < ?)`,
          [month, accountId, name, amount.toString(), thresholdPercent, month],
        );
        if (affectedRows > 0) await beforeCommit();
      },
      { deadline: Date.now() + REACH_TIMEOUT },
    );
  }
}

const toBudget = (row: BudgetRow): Budget => ({
  accountId: row.account_id,
  name: row.name,
  amount: BigInt(row.amount),
  thresholdPercent: row.threshold_percent,
  reachedMonth: row.reached_month ?? undefined,
});
