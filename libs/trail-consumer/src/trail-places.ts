import { questionMarks, type HotPool, type Statements } from '@strongroom/database';

/** The table that `TrailPlaces` needs; a migration of the consumer's schema creates it. */
export const CREATE_TRAIL_PLACE = `
  CREATE TABLE trail_place (
    account_id CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sequence BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (account_id)
  ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;

interface PlaceRow {
  account_id: string;
  sequence: number;
}

/** The row of a consumer that began at the ends of the trails. No account is called so. */
const BEGUN = '';

/** How far the consumer has come in the trail of each account. */
export class TrailPlaces {
  constructor(private readonly pool: HotPool) {}

  /** By account: the sequence of the last event that is done. */
  async all(): Promise<Map<string, number>> {
    const rows = await this.pool.query<PlaceRow>('SELECT account_id, sequence FROM trail_place', []);
    const places = new Map(rows.map(({ account_id, sequence }) => [account_id, sequence]));
    places.delete(BEGUN);
    return places;
  }

  /** Lets a consumer begin at these places, once: whoever has begun stays where it is. */
  async begin(heads: () => Promise<ReadonlyMap<string, number>>): Promise<void> {
    const hasBegun = 'SELECT sequence FROM trail_place WHERE account_id = ?';
    if ((await this.pool.query(hasBegun, [BEGUN])).length > 0) return;
    const places = await heads();
    await this.pool.transaction(async ({ execute }) => {
      // Of two processes that begin at once, the second waits here for the first, and finds its row.
      const { affectedRows } = await execute('INSERT IGNORE INTO trail_place (account_id, sequence) VALUES (?, 0)', [BEGUN]);
      if (affectedRows === 0 || places.size === 0) return;
      const rows = [...places].map(() => `(${questionMarks(2)})`);
      await execute(`INSERT INTO trail_place (account_id, sequence) VALUES ${rows.join(', ')}`, [...places].flat());
    });
  }

  /**
   * Runs `work` in one transaction with the account's new place, which `work` returns. Others who do the same with this account
   * wait meanwhile. `work` may run more than once.
   *
   * @param work gets the sequence of the last event that is done, 0 before the first
   */
  async advance(accountId: string, work: (tx: Statements, place: number) => Promise<number>, deadline: number): Promise<void> {
    await this.pool.transaction(
      async (tx) => {
        const place = await lockPlace(tx, accountId);
        const next = await work(tx, place);
        if (next > place) await tx.execute('UPDATE trail_place SET sequence = ? WHERE account_id = ?', [next, accountId]);
      },
      { deadline },
    );
  }
}

/**
 * Locks the account's place until the transaction ends, and returns it. Whoever changes what was made of an account's events
 * holds its place, so that two never do so at a time.
 */
export async function lockPlace(tx: Statements, accountId: string): Promise<number> {
  const select = 'SELECT sequence FROM trail_place WHERE account_id = ? FOR UPDATE';
  const [known] = await tx.query<PlaceRow>(select, [accountId]);
  if (known) return known.sequence;
  await tx.execute('INSERT IGNORE INTO trail_place (account_id, sequence) VALUES (?, 0)', [accountId]);
  const [row] = await tx.query<PlaceRow>(select, [accountId]);
  return row!.sequence;
}
