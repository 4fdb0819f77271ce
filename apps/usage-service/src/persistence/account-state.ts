import { firstDayOf, nextMonth } from '@strongroom/billing';
import type { Statements } from '@strongroom/database';

interface StateRow {
  first_secret_at: Date | null;
  closed_through: string | null;
  detail_hour: number;
  detail_rows: number;
}

/** What the service knows of an account as a whole. Whoever changes it holds the account's place in the trail. */
export interface AccountState {
  firstSecretAt: Date | undefined;
  /** The last month whose statement is stored, YYYY-MM. */
  closedThrough: string | undefined;
  /** The hour that `detailRows` is about. */
  detailHour: number;
  /** How many rows of counters were made in this hour. */
  detailRows: number;
}

export async function readAccountState({ query, execute }: Statements, accountId: string): Promise<AccountState> {
  await execute('INSERT IGNORE INTO account_state (account_id) VALUES (?)', [accountId]);
  const [row] = await query<StateRow>(
    'SELECT first_secret_at, closed_through, detail_hour, detail_rows FROM account_state WHERE account_id = ?',
    [accountId],
  );
  return {
    firstSecretAt: row!.first_secret_at ?? undefined,
    closedThrough: row!.closed_through ?? undefined,
    detailHour: row!.detail_hour,
    detailRows: row!.detail_rows,
  };
}

export async function writeAccountState({ execute }: Statements, accountId: string, state: AccountState): Promise<void> {
  await execute(
    'UPDATE account_state SET first_secret_at = ?, closed_through = ?, detail_hour = ?, detail_rows = ? WHERE account_id = ?',
    [state.firstSecretAt ?? null, state.closedThrough ?? null, state.detailHour, state.detailRows, accountId],
  );
}

/** The first hour that is not in a closed month: what happened before and is only heard of now counts there. */
export const firstOpenHour = ({ closedThrough }: AccountState): number =>
  closedThrough === undefined ? 0 : firstDayOf(nextMonth(closedThrough)) * 24;
