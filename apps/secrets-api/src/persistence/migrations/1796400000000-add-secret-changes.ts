import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddSecretChanges1796400000000 implements MigrationInterface {
  name = 'AddSecretChanges1796400000000';

  async up(runner: QueryRunner): Promise<void> {
    // Written in the transaction of the change, and kept for an hour. No foreign key: it tells of removed secrets too.
    await runner.query(`
      CREATE TABLE secret_change (
        id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
        account_id CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        region     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        name       VARCHAR(512) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        arn_suffix CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        changed_at DATETIME(3) NOT NULL,
        PRIMARY KEY (id),
        KEY change_by_time (changed_at)
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE secret_change');
  }
}
