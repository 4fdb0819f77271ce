import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Ids, account ids and alias names are ASCII, and compare byte by byte. */
const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';

export class CreateKeys1795500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE customer_key (
        key_id CHAR(36) ${ASCII} NOT NULL,
        account_id CHAR(12) ${ASCII} NOT NULL,
        state VARCHAR(20) ${ASCII} NOT NULL,
        manager VARCHAR(20) ${ASCII} NOT NULL,
        description TEXT NOT NULL,
        policy TEXT NOT NULL,
        tags MEDIUMTEXT NOT NULL,
        current_material INT UNSIGNED NOT NULL,
        created_at DATETIME(3) NOT NULL,
        PRIMARY KEY (key_id),
        KEY ix_account (account_id, key_id)
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE key_material (
        key_id CHAR(36) ${ASCII} NOT NULL,
        version INT UNSIGNED NOT NULL,
        wrapped VARBINARY(255) NOT NULL,
        created_at DATETIME(3) NOT NULL,
        PRIMARY KEY (key_id, version),
        CONSTRAINT fk_material_key FOREIGN KEY (key_id) REFERENCES customer_key (key_id)
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE key_alias (
        account_id CHAR(12) ${ASCII} NOT NULL,
        name VARCHAR(256) ${ASCII} NOT NULL,
        key_id CHAR(36) ${ASCII} NOT NULL,
        created_at DATETIME(3) NOT NULL,
        updated_at DATETIME(3) NOT NULL,
        PRIMARY KEY (account_id, name),
        KEY ix_key (key_id, name),
        CONSTRAINT fk_alias_key FOREIGN KEY (key_id) REFERENCES customer_key (key_id)
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    // One row: the root key that everything in this schema is sealed by.
    await runner.query(`
      CREATE TABLE root_key (
        slot TINYINT UNSIGNED NOT NULL,
        fingerprint CHAR(32) ${ASCII} NOT NULL,
        created_at DATETIME(3) NOT NULL,
        PRIMARY KEY (slot)
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['root_key', 'key_alias', 'key_material', 'customer_key']) await runner.query(`DROP TABLE ${table}`);
  }
}
