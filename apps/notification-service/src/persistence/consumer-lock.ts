import type { HotPool } from '@strongroom/database';
import type { ConsumerLock } from '../domain/trail-consumer';

/** How long a held lock counts as held without a look. Milliseconds. */
const CHECK_MS = 1_000;
const name = `CONCAT(DATABASE(), '.trail')`;

/**
 * The database's named lock, held by a connection of its own: a process that dies releases it. It spares two processes the same
 * work; the stored places decide that no event is taken twice.
 */
export class DatabaseConsumerLock implements ConsumerLock {
  private confirmedAt = 0;

  /** @param pool has one connection, which nobody else uses: after it is lost, the next one asks for the lock again */
  constructor(private readonly pool: HotPool) {}

  async hold(): Promise<boolean> {
    if (Date.now() - this.confirmedAt < CHECK_MS) return true;
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
