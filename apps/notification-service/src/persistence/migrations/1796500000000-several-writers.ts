import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By table: what its holders count up, so that two on different nodes of the database collide. */
const counters = { delivery_lane: 'adds', account_turn: 'turns', rule: 'holds', topic: 'holds' } as const;

export class SeveralWriters1796500000000 implements MigrationInterface {
  name = 'SeveralWriters1796500000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, counter] of Object.entries(counters)) {
      await runner.query(`ALTER TABLE ${table} ADD COLUMN ${counter} BIGINT UNSIGNED NOT NULL DEFAULT 0`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, counter] of Object.entries(counters)) {
      await runner.query(`ALTER TABLE ${table} DROP COLUMN ${counter}`);
    }
  }
}
