import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAlarms1796050000000 implements MigrationInterface {
  name = 'CreateAlarms1796050000000';

  async up(runner: QueryRunner): Promise<void> {
    // look_at is when its state is judged next, whether or not there are events.
    await runner.query(`
      CREATE TABLE alarm (
        alarm_id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
        account_id          CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        name                VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        description         VARCHAR(1024) NOT NULL,
        pattern             TEXT NOT NULL,
        group_by            VARCHAR(1024) NOT NULL,
        threshold           INT UNSIGNED NOT NULL,
        comparison          VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        period_seconds      INT UNSIGNED NOT NULL,
        evaluation_periods  INT UNSIGNED NOT NULL,
        datapoints_to_alarm INT UNSIGNED NOT NULL,
        missing_data        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        actions_enabled     BOOLEAN NOT NULL,
        actions             TEXT NOT NULL,
        state               VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        state_reason        VARCHAR(1024) NOT NULL,
        state_updated_at    DATETIME(3) NOT NULL,
        configured_at       DATETIME(3) NOT NULL,
        counted_since       DATETIME(3) NOT NULL,
        look_at             DATETIME(3) NOT NULL,
        PRIMARY KEY (alarm_id),
        UNIQUE KEY alarm_name (account_id, name),
        KEY alarm_to_look_at (look_at)
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    // Events by sixtieths of the alarm's period.
    await runner.query(`
      CREATE TABLE alarm_count (
        alarm_id  BIGINT UNSIGNED NOT NULL,
        step      BIGINT NOT NULL,
        group_key VARCHAR(256) NOT NULL,
        events    INT UNSIGNED NOT NULL,
        PRIMARY KEY (alarm_id, step, group_key),
        CONSTRAINT count_of_alarm FOREIGN KEY (alarm_id) REFERENCES alarm (alarm_id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    // Outlives the alarm. event_id is that of the event that tells of a change of state; to_journal is TRUE until it is recorded.
    await runner.query(`
      CREATE TABLE alarm_history (
        history_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
        account_id CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        alarm_name VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        type       VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        at         DATETIME(3) NOT NULL,
        summary    VARCHAR(1100) NOT NULL,
        data       MEDIUMTEXT NOT NULL,
        event_id   CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
        to_journal BOOLEAN NULL,
        PRIMARY KEY (history_id),
        KEY history_of_account (account_id, history_id),
        KEY history_of_alarm (account_id, alarm_name, history_id),
        KEY history_by_time (at),
        KEY history_to_journal (to_journal, history_id)
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['alarm_history', 'alarm_count', 'alarm']) await runner.query(`DROP TABLE ${table}`);
  }
}
