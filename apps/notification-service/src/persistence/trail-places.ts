import { isDuplicateKey, type Statements } from '@strongroom/database';
import type { TrailPlaces } from '../domain/trail-consumer';

/** The row that says that the consumer has begun: no account is called so. */
const BEGUN = '';

export class DatabaseTrailPlaces implements TrailPlaces {
  async read({ query }: Statements): Promise<Map<string, number> | undefined> {
    const rows = await query<{ account_id: string; sequence: number }>('SELECT account_id, sequence FROM trail_place', []);
    const places = new Map(rows.map(({ account_id: accountId, sequence }) => [accountId, Number(sequence)]));
    return places.delete(BEGUN) ? places : undefined;
  }

  async begin({ execute }: Statements, places: ReadonlyMap<string, number>): Promise<void> {
    try {
      // Of two processes that begin at once, the second finds this row.
      await execute('INSERT INTO trail_place (account_id, sequence) VALUES (?, 0)', [BEGUN]);
    } catch (error) {
      if (isDuplicateKey(error)) return;
      throw error;
    }
    for (const [accountId, sequence] of places) {
      await execute('INSERT INTO trail_place (account_id, sequence) VALUES (?, ?)', [accountId, sequence]);
    }
  }

  async move({ execute }: Statements, accountId: string, from: number, to: number): Promise<boolean> {
    if (from > 0) {
      const sql = 'UPDATE trail_place SET sequence = ? WHERE account_id = ? AND sequence = ?';
      return (await execute(sql, [to, accountId, from])).affectedRows === 1;
    }
    try {
      await execute('INSERT INTO trail_place (account_id, sequence) VALUES (?, ?)', [accountId, to]);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }
}
