import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Statements } from '@strongroom/database';
import { growTree } from '../tree-growth';

const ascii = 'CHARACTER SET ascii COLLATE ascii_bin';
const table = 'ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

/**
 * Adds the Merkle tree over each account's events, checkpoints of it, and the places where the trail was cut by age.
 *
 * The nodes of trails that exist are computed in pages, each a transaction of its own; what was interrupted goes on behind the
 * last node. An older version of the service adds events without nodes meanwhile: readers compute what is missing, and the newer
 * version adds it with the next events.
 */
export class KeepTree1796020000000 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // Level 8 has a node for each 256 events, level 16 one for each 256 of those, … Lower levels: only what proofs from older
    // checkpoints need of events that were removed.
    await runner.query(`
      CREATE TABLE IF NOT EXISTS tree_node (
        account_id CHAR(12) ${ascii} NOT NULL,
        level TINYINT UNSIGNED NOT NULL,
        place BIGINT UNSIGNED NOT NULL,
        hash BINARY(32) NOT NULL,
        PRIMARY KEY (account_id, level, place)
      ) ${table}`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS checkpoint (
        account_id CHAR(12) ${ascii} NOT NULL,
        size BIGINT UNSIGNED NOT NULL,
        note VARCHAR(2048) NOT NULL,
        created_at DATETIME(3) NOT NULL,
        PRIMARY KEY (account_id, size)
      ) ${table}`);
    // A row for each checkpoint that a place outside has confirmed; the place is a hash.
    await runner.query(`
      CREATE TABLE IF NOT EXISTS checkpoint_copy (
        place BINARY(16) NOT NULL,
        account_id CHAR(12) ${ascii} NOT NULL,
        size BIGINT UNSIGNED NOT NULL,
        PRIMARY KEY (place, account_id, size)
      ) ${table}`);
    // Events up to this place may be removed, and are no gap: the seal proves that the service itself cut here.
    await runner.query(`
      CREATE TABLE IF NOT EXISTS trail_cut (
        account_id CHAR(12) ${ascii} NOT NULL,
        sequence BIGINT UNSIGNED NOT NULL,
        hash BINARY(32) NOT NULL,
        seal VARBINARY(6144) NOT NULL,
        created_at DATETIME(3) NOT NULL,
        PRIMARY KEY (account_id, sequence)
      ) ${table}`);
    const ends = (await runner.query('SELECT account_id, MAX(last_sequence) AS last FROM event_block GROUP BY account_id')) as {
      account_id: string;
      last: number;
    }[];
    for (const { account_id, last } of ends) while (!(await growPage(runner, account_id, Number(last))));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['trail_cut', 'checkpoint_copy', 'checkpoint', 'tree_node']) await runner.query(`DROP TABLE ${name}`);
  }
}

const growPage = async (runner: QueryRunner, accountId: string, last: number): Promise<boolean> => {
  const statements: Statements = {
    query: async <Row>(sql: string, parameters: readonly unknown[]) => (await runner.query(sql, [...parameters])) as Row[],
    execute: async (sql, parameters) => (await runner.query(sql, [...parameters])) as { affectedRows: number; insertId: number },
  };
  await runner.startTransaction();
  try {
    const isDone = await growTree(statements, accountId, last);
    await runner.commitTransaction();
    return isDone;
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  }
};
