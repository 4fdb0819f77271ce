import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddRotation1795527600000 implements MigrationInterface {
  name = 'AddRotation1795527600000';

  async up(runner: QueryRunner): Promise<void> {
    // next_rotation_at is when the next one starts, next_rotation_by the end of its window; NULL both, or neither.
    await runner.query(`
      ALTER TABLE secret
        ADD COLUMN rotation_function_arn VARCHAR(256) CHARACTER SET ascii COLLATE ascii_bin NULL,
        ADD COLUMN rotation_enabled      BOOLEAN NOT NULL DEFAULT FALSE,
        ADD COLUMN rotation_rules        VARCHAR(512) NULL,
        ADD COLUMN last_rotated_at       DATETIME(3) NULL,
        ADD COLUMN next_rotation_at      DATETIME(3) NULL,
        ADD COLUMN next_rotation_by      DATETIME(3) NULL,
        ADD KEY secret_by_next_rotation (next_rotation_at)`);
    // The version of a rotation exists before it has a value: the three are NULL together.
    await runner.query(`
      ALTER TABLE secret_version
        MODIFY COLUMN wrapped_data_key VARBINARY(1024) NULL,
        MODIFY COLUMN ciphertext       MEDIUMBLOB NULL,
        MODIFY COLUMN kms_key_arn      VARCHAR(256) CHARACTER SET ascii COLLATE ascii_bin NULL`);
    // The primary key is the rule: a secret has one rotation at a time. The last one stays, so that its end can be told.
    await runner.query(`
      CREATE TABLE rotation_request (
        secret_id      BIGINT UNSIGNED NOT NULL,
        token          VARCHAR(64) NOT NULL,
        kind           VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        state          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        function_arn   VARCHAR(256) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        attempt        INT UNSIGNED NOT NULL,
        requested_at   DATETIME(3) NOT NULL,
        initiated_by   VARCHAR(2048) NOT NULL,
        rotation_token CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        PRIMARY KEY (secret_id),
        KEY rotation_by_state (state, requested_at, secret_id),
        CONSTRAINT rotation_of_secret FOREIGN KEY (secret_id) REFERENCES secret (id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE rotation_request');
    await runner.query(`
      ALTER TABLE secret
        DROP KEY secret_by_next_rotation,
        DROP COLUMN rotation_function_arn, DROP COLUMN rotation_enabled, DROP COLUMN rotation_rules,
        DROP COLUMN last_rotated_at, DROP COLUMN next_rotation_at, DROP COLUMN next_rotation_by`);
    // Versions without a value have no place in the schema before.
    await runner.query(`
      DELETE l FROM version_label l JOIN secret_version v USING (secret_id, version_id) WHERE v.ciphertext IS NULL`);
    await runner.query('DELETE FROM secret_version WHERE ciphertext IS NULL');
    await runner.query(`
      ALTER TABLE secret_version
        MODIFY COLUMN wrapped_data_key VARBINARY(1024) NOT NULL,
        MODIFY COLUMN ciphertext       MEDIUMBLOB NOT NULL,
        MODIFY COLUMN kms_key_arn      VARCHAR(256) CHARACTER SET ascii COLLATE ascii_bin NOT NULL`);
  }
}
