import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateRotation1795500000000 implements MigrationInterface {
  name = 'CreateRotation1795500000000';

  async up(runner: QueryRunner): Promise<void> {
    // The id of a run follows from secret, version and attempt: two workers that begin the same one write the same row.
    await runner.query(`
      CREATE TABLE rotation_run (
        run_id       CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        secret_arn   VARCHAR(700) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        account_id   CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        version_id   VARCHAR(64) NOT NULL,
        attempt      INT UNSIGNED NOT NULL,
        function_arn VARCHAR(256) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        kind         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        state        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        next_step    TINYINT UNSIGNED NOT NULL,
        initiated_by VARCHAR(2048) NOT NULL,
        started_at   DATETIME(3) NOT NULL,
        ended_at     DATETIME(3) NULL,
        busy_until   DATETIME(3) NOT NULL,
        diagnosis    VARCHAR(2048) NOT NULL,
        PRIMARY KEY (run_id),
        KEY run_by_secret (secret_arn, started_at, run_id),
        KEY run_by_state (state, busy_until)
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE rotation_step_try (
        run_id        CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        try_id        CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        step          TINYINT UNSIGNED NOT NULL,
        started_at    DATETIME(3) NOT NULL,
        duration_ms   INT UNSIGNED NULL,
        error_code    VARCHAR(128) NOT NULL,
        error_message VARCHAR(1024) NOT NULL,
        PRIMARY KEY (run_id, try_id),
        CONSTRAINT try_of_run FOREIGN KEY (run_id) REFERENCES rotation_run (run_id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE rotation_function (
        account_id  CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        name        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        description VARCHAR(256) NOT NULL,
        kind        VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        address     VARCHAR(2048) NOT NULL,
        server_uri  VARCHAR(2048) NOT NULL,
        ca_pem      MEDIUMTEXT NOT NULL,
        timeout_ms  INT UNSIGNED NOT NULL,
        modified_at DATETIME(3) NOT NULL,
        PRIMARY KEY (account_id, name)
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['rotation_function', 'rotation_step_try', 'rotation_run']) await runner.query(`DROP TABLE ${table}`);
  }
}
