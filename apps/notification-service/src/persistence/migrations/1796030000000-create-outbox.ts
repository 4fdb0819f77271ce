import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateOutbox1796030000000 implements MigrationInterface {
  name = 'CreateOutbox1796030000000';

  async up(runner: QueryRunner): Promise<void> {
    // How far the consumer has come in each account's trail. The account '' says that the consumer has begun.
    await runner.query(`
      CREATE TABLE trail_place (
        account_id VARCHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        sequence   BIGINT UNSIGNED NOT NULL,
        PRIMARY KEY (account_id)
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    // What waits to be delivered, and dead letters. Ids grow in the order of the events of an account.
    await runner.query(`
      CREATE TABLE delivery (
        delivery_id      BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
        lane             BINARY(16) NOT NULL,
        account_id       CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        destination_kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        destination_id   VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        ordering_key     VARCHAR(2048) NOT NULL,
        message_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        payload          MEDIUMTEXT NOT NULL,
        created_at       DATETIME(3) NOT NULL,
        give_up_at       DATETIME(3) NOT NULL,
        attempts         INT UNSIGNED NOT NULL DEFAULT 0,
        attempted_at     DATETIME(3) NULL,
        failure_code     VARCHAR(64) NOT NULL DEFAULT '',
        failure_message  VARCHAR(1024) NOT NULL DEFAULT '',
        dead_at          DATETIME(3) NULL,
        PRIMARY KEY (delivery_id),
        UNIQUE KEY delivery_once (lane, message_id),
        KEY delivery_in_turn (lane, dead_at, delivery_id),
        KEY delivery_of_account (account_id, delivery_id),
        KEY delivery_of_destination (destination_kind, destination_id, delivery_id),
        KEY delivery_dead (dead_at)
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    // One row for each lane in which something waits: when its first delivery is due, and who makes it now.
    await runner.query(`
      CREATE TABLE delivery_lane (
        lane             BINARY(16) NOT NULL,
        account_id       CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        destination_kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        destination_id   VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        due_at           DATETIME(3) NOT NULL,
        holder           CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
        PRIMARY KEY (lane),
        KEY lane_due (due_at),
        KEY lane_of_destination (destination_kind, destination_id, due_at)
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['delivery_lane', 'delivery', 'trail_place']) await runner.query(`DROP TABLE ${table}`);
  }
}
