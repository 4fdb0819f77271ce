import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RememberCurrentVersions1795910400000 implements MigrationInterface {
  name = 'RememberCurrentVersions1795910400000';

  async up(runner: QueryRunner): Promise<void> {
    // Added without touching a row. Of versions from before it is false, whatever they were: of those the label AWSPREVIOUS
    // tells.
    await runner.query('ALTER TABLE secret_version ADD COLUMN was_current BOOLEAN NOT NULL DEFAULT FALSE');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE secret_version DROP COLUMN was_current');
  }
}
