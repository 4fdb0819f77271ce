import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The index finds the oldest ended runs when their time is over. */
export class IndexEndedRuns1795680000000 implements MigrationInterface {
  name = 'IndexEndedRuns1795680000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE rotation_run ADD KEY run_by_end (ended_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE rotation_run DROP KEY run_by_end');
  }
}
