import { COUNT_HOLDS_OF_ROOT_KEYS } from '@strongroom/root-keys';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is counted by whoever holds a row, so that two holders on different nodes of the database collide. */
export class SeveralWriters1796500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE customer_key ADD COLUMN holds BIGINT UNSIGNED NOT NULL DEFAULT 0');
    await runner.query(COUNT_HOLDS_OF_ROOT_KEYS);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['root_key', 'customer_key']) await runner.query(`ALTER TABLE ${table} DROP COLUMN holds`);
  }
}
