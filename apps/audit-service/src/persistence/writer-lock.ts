import type { HotPool } from '@strongroom/database';
import type { WriterLock } from '../domain/ingestion';

const checkMs = 1_000;
const name = `CONCAT(DATABASE(), '.chain')`;

/**
 * The database's named lock, held by a separate connection: a process that dies releases it. It spares two processes the same
 * work; the table's key decides that no place of a chain is taken twice. (A multi-writer cluster keeps such locks on one node
 * only: then two may write, and the key decides.)
 */
export class DatabaseWriterLock implements WriterLock {
  private confirmedAt = 0;

  /** @param pool has one connection, which nobody else uses: after it is lost, the next one requests the lock again */
  constructor(private readonly pool: HotPool) {}

  async hold(): Promise<boolean> {
    if (Date.now() - this.confirmedAt < checkMs) return true;
    this.confirmedAt = 0;
    // To check the lock, take it again: the connection that has it gets it at once, and counts.
    const [row] = await this.pool.query<{ held: number | string | null }>(
      `SELECT IF(IS_USED_LOCK(${name}) = CONNECTION_ID(), 1, GET_LOCK(${name}, 0)) AS held`,
      [],
    );
    if (Number(row?.held) !== 1) return false;
    this.confirmedAt = Date.now();
    return true;
  }

  async release(): Promise<void> {
    this.confirmedAt = 0;
    await this.pool.query(`SELECT RELEASE_LOCK(${name})`, []).catch(() => undefined);
  }
}
