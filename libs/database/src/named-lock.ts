import type { HotPool } from './hot-pool';

const CHECK_MS = 1_000;

/**
 * A named lock of the database, held by a separate connection: a process that dies releases it. It spares two processes the same
 * work; what they write must be safe without it. (A multi-writer cluster keeps such locks on one node only.)
 */
export class NamedLock {
  private confirmedAt = 0;

  /**
   * @param pool has one connection, which nobody else uses: after it is lost, the next one requests the lock again
   * @param name of the lock in this schema, a constant word
   */
  constructor(
    private readonly pool: HotPool,
    private readonly name: string,
  ) {}

  /** Takes the lock if it is free; true while this process has it. */
  async hold(): Promise<boolean> {
    if (Date.now() - this.confirmedAt < CHECK_MS) return true;
    this.confirmedAt = 0;
    const lock = `CONCAT(DATABASE(), '.', ?)`;
    // To check the lock, take it again: the connection that has it gets it at once, and counts.
    const [row] = await this.pool.query<{ held: number | string | null }>(
      `SELECT IF(IS_USED_LOCK(${lock}) = CONNECTION_ID(), 1, GET_LOCK(${lock}, 0)) AS held`,
      [this.name, this.name],
    );
    if (Number(row?.held) !== 1) return false;
    this.confirmedAt = Date.now();
    return true;
  }

  async release(): Promise<void> {
    this.confirmedAt = 0;
    await this.pool.query(`SELECT RELEASE_LOCK(CONCAT(DATABASE(), '.', ?))`, [this.name]).catch(() => undefined);
  }
}
