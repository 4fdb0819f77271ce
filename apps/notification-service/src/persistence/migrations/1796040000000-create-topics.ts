import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTopics1796040000000 implements MigrationInterface {
  name = 'CreateTopics1796040000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE topic (
        account_id            CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        name                  VARCHAR(256) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        display_name          VARCHAR(100) NOT NULL,
        policy                MEDIUMTEXT NOT NULL,
        delivery_policy       VARCHAR(2048) NOT NULL,
        tags                  MEDIUMTEXT NOT NULL,
        created_at            DATETIME(3) NOT NULL,
        subscriptions_deleted INT UNSIGNED NOT NULL DEFAULT 0,
        PRIMARY KEY (account_id, name)
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    // A topic has an endpoint once. The hash stands for it, because an endpoint is too long for a key.
    await runner.query(`
      CREATE TABLE subscription (
        subscription_id   CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        account_id        CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        topic_name        VARCHAR(256) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        owner             CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        principal         VARCHAR(2048) NOT NULL,
        protocol          VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        endpoint          VARCHAR(2048) NOT NULL,
        endpoint_hash     BINARY(32) AS (UNHEX(SHA2(endpoint, 256))) STORED,
        state             VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        issued_at         DATETIME(3) NOT NULL,
        filter_policy     MEDIUMTEXT NOT NULL,
        filter_scope      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        raw_delivery      BOOLEAN NOT NULL,
        delivery_policy   VARCHAR(2048) NOT NULL,
        was_authenticated BOOLEAN NOT NULL,
        must_authenticate BOOLEAN NOT NULL,
        PRIMARY KEY (subscription_id),
        UNIQUE KEY subscription_of_endpoint (account_id, topic_name, protocol, endpoint_hash),
        KEY subscription_of_account (account_id, subscription_id),
        KEY subscription_by_state (state, issued_at),
        CONSTRAINT subscription_of_topic FOREIGN KEY (account_id, topic_name) REFERENCES topic (account_id, name) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    // The key that signs messages, as crypto-keyservice has encrypted it. The slot is always 1: there is one.
    await runner.query(`
      CREATE TABLE signing_identity (
        slot            TINYINT UNSIGNED NOT NULL,
        certificate_id  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        certificate_pem TEXT NOT NULL,
        sealed_key      BLOB NOT NULL,
        PRIMARY KEY (slot)
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['signing_identity', 'subscription', 'topic']) await runner.query(`DROP TABLE ${table}`);
  }
}
