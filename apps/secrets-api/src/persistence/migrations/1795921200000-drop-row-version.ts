import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The last step of a removal. For several versions no statement has named the column, so an older version that runs beside this
 * one misses nothing.
 */
export class DropRowVersion1795921200000 implements MigrationInterface {
  name = 'DropRowVersion1795921200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE secret DROP COLUMN row_version');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE secret ADD COLUMN row_version INT UNSIGNED NOT NULL DEFAULT 1');
  }
}
