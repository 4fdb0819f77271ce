import type { Statements } from '@strongroom/database';

/**
 * Whoever adds to what an account may have only so many of takes the account's turn first, and keeps it until the transaction
 * ends. So what is counted then is exact, also where others count on another node of the database: they do not wait, and are
 * repeated.
 */
export async function takeTurn({ execute }: Statements, accountId: string): Promise<void> {
  await execute('INSERT INTO account_turn (account_id) VALUES (?) ON DUPLICATE KEY UPDATE turns = turns + 1', [accountId]);
}
