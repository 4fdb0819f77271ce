import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateRules1796030100000 implements MigrationInterface {
  name = 'CreateRules1796030100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE rule (
        account_id    CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        name          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        description   VARCHAR(512) NOT NULL,
        event_pattern TEXT NOT NULL,
        state         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        role_arn      VARCHAR(1600) NOT NULL,
        managed_by    VARCHAR(128) NOT NULL,
        tags          TEXT NOT NULL,
        PRIMARY KEY (account_id, name)
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE rule_target (
        account_id        CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        rule_name         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        target_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        arn               VARCHAR(1600) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        input             MEDIUMTEXT NOT NULL,
        input_path        VARCHAR(256) NOT NULL,
        input_transformer MEDIUMTEXT NOT NULL,
        role_arn          VARCHAR(1600) NOT NULL,
        PRIMARY KEY (account_id, rule_name, target_id),
        KEY target_by_arn (account_id, arn, rule_name),
        CONSTRAINT target_of_rule FOREIGN KEY (account_id, rule_name) REFERENCES rule (account_id, name)
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE webhook (
        webhook_id  CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        account_id  CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        name        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        url         VARCHAR(2048) NOT NULL,
        description VARCHAR(512) NOT NULL,
        ca_pem      TEXT NOT NULL,
        is_enabled  BOOLEAN NOT NULL,
        sealed_keys BLOB NOT NULL,
        created_at  DATETIME(3) NOT NULL,
        changed_at  DATETIME(3) NOT NULL,
        rotated_at  DATETIME(3) NOT NULL,
        PRIMARY KEY (webhook_id),
        UNIQUE KEY webhook_by_name (account_id, name)
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['webhook', 'rule_target', 'rule']) await runner.query(`DROP TABLE ${table}`);
  }
}
