import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAccountTurns1796070000000 implements MigrationInterface {
  name = 'CreateAccountTurns1796070000000';

  async up(runner: QueryRunner): Promise<void> {
    // Its rows are locked, never read: see takeTurn.
    await runner.query(`
      CREATE TABLE account_turn (
        account_id CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        PRIMARY KEY (account_id)
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE account_turn');
  }
}
