import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Each block says which terms lead to it. Those that are there have the first set, and so have those that a replica of the older
 * version still writes; an index leads to them. The server commits with each change of a table, so each is made if it is missing.
 */
export class TermSets1796010000000 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    if (!(await has(runner, 'columns', 'column_name', 'term_set')))
      await runner.query('ALTER TABLE event_block ADD COLUMN term_set TINYINT UNSIGNED NOT NULL DEFAULT 1');
    if (!(await has(runner, 'statistics', 'index_name', 'ix_term_set')))
      await runner.query(
        'ALTER TABLE event_block ADD KEY ix_term_set (account_id, term_set, last_time, first_sequence, first_time)',
      );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE event_block DROP KEY ix_term_set, DROP COLUMN term_set');
  }
}

const has = async (runner: QueryRunner, view: 'columns' | 'statistics', column: string, name: string): Promise<boolean> => {
  const rows = (await runner.query(
    `SELECT 1 FROM information_schema.${view} WHERE table_schema = DATABASE() AND table_name = 'event_block' AND ${column} = ?`,
    [name],
  )) as unknown[];
  return rows.length > 0;
};
