import type { DataSource, QueryRunner } from 'typeorm';
import type { WriterLock } from '../domain/ingestion';

const checkMs = 1_000;

/**
 * The database's named lock, held by a connection of its own: a process that dies lets go of it. It spares two processes the
 * same work; that no place of a chain is taken twice is decided by the table's key. (A multi-writer cluster keeps such locks
 * on one node only: then two may write, and the key decides.)
 */
export class DatabaseWriterLock implements WriterLock {
  private runner: QueryRunner | undefined;
  private confirmedAt = 0;

  constructor(private readonly dataSource: DataSource) {}

  async hold(): Promise<boolean> {
    if (this.runner && Date.now() - this.confirmedAt < checkMs) return true;
    try {
      const runner = (this.runner ??= this.dataSource.createQueryRunner());
      // Taking it again is how to ask for it: the connection that has it gets it at once, and counts.
      const [row] = (await runner.query(
        `SELECT IF(IS_USED_LOCK(CONCAT(DATABASE(), '.chain')) = CONNECTION_ID(), 1, GET_LOCK(CONCAT(DATABASE(), '.chain'), 0)) AS held`,
      )) as { held: number | string | null }[];
      if (Number(row?.held) === 1) {
        this.confirmedAt = Date.now();
        return true;
      }
      await this.release();
      return false;
    } catch (error) {
      await this.release();
      throw error;
    }
  }

  async release(): Promise<void> {
    const runner = this.runner;
    this.runner = undefined;
    if (!runner) return;
    await runner.query(`SELECT RELEASE_LOCK(CONCAT(DATABASE(), '.chain'))`).catch(() => undefined);
    await runner.release().catch(() => undefined);
  }
}
