import type { MigrationInterface, QueryRunner } from 'typeorm';

const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';

/**
 * Kinds of keys, several materials of a key, deletion, grants, last use. The columns have defaults, so a version of the service
 * that does not know them goes on making symmetric keys.
 */
export class KeysInFull1796000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE customer_key
        ADD COLUMN key_spec VARCHAR(30) ${ASCII} NOT NULL DEFAULT 'SYMMETRIC_DEFAULT',
        ADD COLUMN key_usage VARCHAR(30) ${ASCII} NOT NULL DEFAULT 'ENCRYPT_DECRYPT',
        ADD COLUMN origin VARCHAR(20) ${ASCII} NOT NULL DEFAULT 'AWS_KMS',
        ADD COLUMN deletion_at DATETIME(3) NULL,
        ADD COLUMN material_until DATETIME(3) NULL,
        ADD COLUMN rotation_period_days INT UNSIGNED NULL,
        ADD COLUMN next_rotation_at DATETIME(3) NULL,
        ADD COLUMN tracked_since DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
        ADD KEY ix_deletion (deletion_at),
        ADD KEY ix_rotation (next_rotation_at)`);
    // Keys of Strongroom's own rotate once a year, as those of AWS do.
    await runner.query(`
      UPDATE customer_key SET rotation_period_days = 365, next_rotation_at = DATE_ADD(created_at, INTERVAL 365 DAY)
      WHERE manager = 'AWS'`);
    await runner.query(`
      ALTER TABLE key_material
        MODIFY COLUMN wrapped VARBINARY(8192) NULL,
        ADD COLUMN public_key VARBINARY(3072) NULL,
        ADD COLUMN material_id CHAR(64) ${ASCII} NULL,
        ADD COLUMN rotation_type VARCHAR(20) ${ASCII} NULL,
        ADD COLUMN rotated_at DATETIME(3) NULL,
        ADD COLUMN description VARCHAR(256) NULL,
        ADD COLUMN expires_at DATETIME(3) NULL,
        ADD KEY ix_expiry (expires_at)`);
    await runner.query(`
      CREATE TABLE key_grant (
        grant_id CHAR(64) ${ASCII} NOT NULL,
        key_id CHAR(36) ${ASCII} NOT NULL,
        issuing_account CHAR(12) ${ASCII} NOT NULL,
        name VARCHAR(256) ${ASCII} NULL,
        grantee VARCHAR(256) ${ASCII} NOT NULL,
        retiring VARCHAR(256) ${ASCII} NULL,
        operations VARCHAR(512) ${ASCII} NOT NULL,
        context_pairs VARCHAR(512) ${ASCII} NOT NULL,
        context_exact BOOLEAN NOT NULL,
        source_arn VARCHAR(512) NULL,
        encryption_context TEXT NOT NULL,
        token_key BINARY(32) NOT NULL,
        request_hash BINARY(32) NULL,
        created_at DATETIME(3) NOT NULL,
        PRIMARY KEY (grant_id),
        UNIQUE KEY ux_request (key_id, request_hash),
        KEY ix_key (key_id, grant_id),
        KEY ix_grantee (key_id, grantee),
        KEY ix_retiring (retiring, grant_id),
        CONSTRAINT fk_grant_key FOREIGN KEY (key_id) REFERENCES customer_key (key_id)
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE key_last_use (
        key_id CHAR(36) ${ASCII} NOT NULL,
        operation VARCHAR(40) ${ASCII} NOT NULL,
        used_at DATETIME(3) NOT NULL,
        event_id VARCHAR(64) NOT NULL,
        request_id VARCHAR(128) NOT NULL,
        PRIMARY KEY (key_id),
        CONSTRAINT fk_last_use_key FOREIGN KEY (key_id) REFERENCES customer_key (key_id)
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE key_last_use');
    await runner.query('DROP TABLE key_grant');
    await runner.query(`
      ALTER TABLE key_material
        DROP KEY ix_expiry, DROP COLUMN expires_at, DROP COLUMN description, DROP COLUMN rotated_at, DROP COLUMN rotation_type,
        DROP COLUMN material_id, DROP COLUMN public_key, MODIFY COLUMN wrapped VARBINARY(255) NOT NULL`);
    await runner.query(`
      ALTER TABLE customer_key
        DROP KEY ix_rotation, DROP KEY ix_deletion, DROP COLUMN tracked_since, DROP COLUMN next_rotation_at, DROP COLUMN rotation_period_days,
        DROP COLUMN material_until, DROP COLUMN deletion_at, DROP COLUMN origin, DROP COLUMN key_usage, DROP COLUMN key_spec`);
  }
}
