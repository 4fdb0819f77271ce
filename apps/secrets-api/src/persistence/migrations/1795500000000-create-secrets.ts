import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSecrets1795500000000 implements MigrationInterface {
  name = 'CreateSecrets1795500000000';

  async up(runner: QueryRunner): Promise<void> {
    // Lists are paged by key, so each order that ListSecrets knows has an index that ends in the tie-breaker.
    // last_accessed_on is 1970-01-01 until the first read: a key that is NULL could not be paged over.
    await runner.query(`
      CREATE TABLE secret (
        id               BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
        account_id       CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        region           VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        name             VARCHAR(512) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        arn_suffix       CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        description      VARCHAR(2048) NOT NULL,
        kms_key_arn      VARCHAR(256) CHARACTER SET ascii COLLATE ascii_bin NULL,
        created_at       DATETIME(3) NOT NULL,
        last_changed_at  DATETIME(3) NOT NULL,
        last_accessed_on DATE NOT NULL DEFAULT '1970-01-01',
        deleted_at       DATETIME(3) NULL,
        purge_at         DATETIME(3) NULL,
        owning_service   VARCHAR(128) NULL,
        resource_policy  MEDIUMTEXT NULL,
        creation_token   VARCHAR(64) NOT NULL,
        row_version      INT UNSIGNED NOT NULL DEFAULT 1,
        PRIMARY KEY (id),
        UNIQUE KEY secret_name (account_id, region, name),
        KEY secret_by_created (account_id, region, created_at, id),
        KEY secret_by_changed (account_id, region, last_changed_at, id),
        KEY secret_by_accessed (account_id, region, last_accessed_on, id),
        KEY secret_by_purge (purge_at)
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE secret_version (
        secret_id        BIGINT UNSIGNED NOT NULL,
        version_id       VARCHAR(64) NOT NULL,
        wrapped_data_key VARBINARY(1024) NOT NULL,
        ciphertext       MEDIUMBLOB NOT NULL,
        kms_key_arn      VARCHAR(256) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        created_at       DATETIME(3) NOT NULL,
        last_accessed_on DATE NOT NULL DEFAULT '1970-01-01',
        PRIMARY KEY (secret_id, version_id),
        KEY version_by_created (secret_id, created_at, version_id),
        CONSTRAINT version_of_secret FOREIGN KEY (secret_id) REFERENCES secret (id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    // The primary key is the rule: a label is on one version. A labelled version can't be deleted but with its secret.
    await runner.query(`
      CREATE TABLE version_label (
        secret_id  BIGINT UNSIGNED NOT NULL,
        label      VARCHAR(256) NOT NULL,
        version_id VARCHAR(64) NOT NULL,
        PRIMARY KEY (secret_id, label),
        KEY label_by_version (secret_id, version_id),
        CONSTRAINT label_of_version FOREIGN KEY (secret_id, version_id) REFERENCES secret_version (secret_id, version_id)
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE secret_tag (
        secret_id BIGINT UNSIGNED NOT NULL,
        tag_key   VARCHAR(128) NOT NULL,
        tag_value VARCHAR(256) NOT NULL,
        PRIMARY KEY (secret_id, tag_key),
        CONSTRAINT tag_of_secret FOREIGN KEY (secret_id) REFERENCES secret (id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['secret_tag', 'version_label', 'secret_version', 'secret']) await runner.query(`DROP TABLE ${table}`);
  }
}
