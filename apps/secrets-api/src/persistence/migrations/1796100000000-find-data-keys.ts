import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FindDataKeys1796100000000 implements MigrationInterface {
  name = 'FindDataKeys1796100000000';

  async up(runner: QueryRunner): Promise<void> {
    // A wrapped data key begins with format, key and material: ADR 19. Others write while the index is built.
    await runner.query('ALTER TABLE secret_version ADD KEY version_by_data_key (wrapped_data_key)');
    // The primary key is the rule: a key has one re-encryption at a time. The last one stays, so that its end can be told.
    await runner.query(`
      CREATE TABLE data_key_re_encryption (
        key_id           CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        key_arn          VARCHAR(256) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        account_id       CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        run_id           CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        state            VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        reason           VARCHAR(128) NULL,
        material_version INT UNSIGNED NOT NULL,
        rate             INT UNSIGNED NOT NULL,
        started_by       VARCHAR(2048) NOT NULL,
        started_at       DATETIME(3) NOT NULL,
        ended_at         DATETIME(3) NULL,
        re_encrypted     BIGINT UNSIGNED NOT NULL,
        failures         VARCHAR(4096) NOT NULL,
        reached          VARBINARY(1024) NOT NULL,
        pass             INT UNSIGNED NOT NULL,
        PRIMARY KEY (key_id),
        KEY re_encryption_by_state (state, started_at)
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE data_key_re_encryption');
    await runner.query('ALTER TABLE secret_version DROP KEY version_by_data_key');
  }
}
