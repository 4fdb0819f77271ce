import type { MigrationInterface, QueryRunner } from 'typeorm';

const ascii = 'CHARACTER SET ascii COLLATE ascii_bin';
const table = 'ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

export class CreateTrail1795500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // `record` is the event: the hash is over it. The columns between are copies, for lookups. Each index ends in time
    // and sequence, so that a page of a lookup is one stretch of it, read backwards.
    await runner.query(`
      CREATE TABLE event (
        account_id CHAR(12) ${ascii} NOT NULL,
        sequence BIGINT UNSIGNED NOT NULL,
        event_id CHAR(36) ${ascii} NOT NULL,
        event_time DATETIME(3) NOT NULL,
        event_source VARCHAR(128) NOT NULL,
        event_name VARCHAR(128) NOT NULL,
        principal_arn VARCHAR(700) NOT NULL,
        user_name VARCHAR(128) NOT NULL,
        request_id VARCHAR(128) NOT NULL,
        failed TINYINT UNSIGNED NOT NULL,
        hash BINARY(32) NOT NULL,
        record MEDIUMTEXT NOT NULL,
        PRIMARY KEY (account_id, sequence),
        UNIQUE KEY uq_event_id (account_id, event_id),
        KEY ix_time (account_id, event_time, sequence),
        KEY ix_source (account_id, event_source, event_time, sequence),
        KEY ix_name (account_id, event_name, event_time, sequence),
        KEY ix_principal (account_id, principal_arn, event_time, sequence),
        KEY ix_user (account_id, user_name, event_time, sequence),
        KEY ix_request (account_id, request_id, event_time, sequence),
        KEY ix_failed (account_id, failed, event_time, sequence)
      ) ${table}`);
    await runner.query(`
      CREATE TABLE event_resource (
        account_id CHAR(12) ${ascii} NOT NULL,
        resource_name VARCHAR(700) NOT NULL,
        event_time DATETIME(3) NOT NULL,
        sequence BIGINT UNSIGNED NOT NULL,
        resource_arn VARCHAR(700) NOT NULL,
        PRIMARY KEY (account_id, resource_name, event_time, sequence),
        KEY ix_sequence (account_id, sequence)
      ) ${table}`);
    await runner.query(`
      CREATE TABLE seal (
        account_id CHAR(12) ${ascii} NOT NULL,
        sequence BIGINT UNSIGNED NOT NULL,
        hash BINARY(32) NOT NULL,
        seal VARBINARY(6144) NOT NULL,
        created_at DATETIME(3) NOT NULL,
        PRIMARY KEY (account_id, sequence)
      ) ${table}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['seal', 'event_resource', 'event']) await runner.query(`DROP TABLE ${name}`);
  }
}
