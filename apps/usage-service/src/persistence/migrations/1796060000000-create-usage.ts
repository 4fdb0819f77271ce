import { CREATE_TRAIL_PLACE } from '@strongroom/trail-consumer';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const ascii = 'CHARACTER SET ascii COLLATE ascii_bin';
const table = 'ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

/** Numbers of hours and days count from the Unix epoch, those of months from the year 0. */
export class CreateUsage1796060000000 implements MigrationInterface {
  name = 'CreateUsage1796060000000';

  async up(runner: QueryRunner): Promise<void> {
    // Documents are messages of the contract, so that what was stored once stays as it is.
    await runner.query(CREATE_TRAIL_PLACE);
    await runner.query(`
      CREATE TABLE account_state (
        account_id CHAR(12) ${ascii} NOT NULL,
        first_secret_at DATETIME(3) NULL,
        closed_through CHAR(7) ${ascii} NULL,
        detail_hour INT UNSIGNED NOT NULL DEFAULT 0,
        detail_rows INT UNSIGNED NOT NULL DEFAULT 0,
        PRIMARY KEY (account_id)
      ) ${table}`);
    await runner.query(`
      CREATE TABLE principal (
        principal_key BINARY(16) NOT NULL,
        arn VARCHAR(700) ${ascii} NOT NULL,
        PRIMARY KEY (principal_key)
      ) ${table}`);
    // Without created_at, nothing of its account's trail has told of it yet.
    await runner.query(`
      CREATE TABLE resource (
        resource_key BINARY(16) NOT NULL,
        account_id CHAR(12) ${ascii} NOT NULL,
        kind VARCHAR(8) ${ascii} NOT NULL,
        arn VARCHAR(700) ${ascii} NOT NULL,
        created_at DATETIME(3) NULL,
        is_charged TINYINT UNSIGNED NOT NULL,
        last_read_at DATETIME(3) NULL,
        idle_since DATETIME(3) NULL,
        PRIMARY KEY (resource_key),
        KEY idle (account_id, kind, is_charged, idle_since, resource_key)
      ) ${table}`);
    // The stretches of time for which a resource is charged, with the events that began and ended them.
    await runner.query(`
      CREATE TABLE resource_life (
        resource_key BINARY(16) NOT NULL,
        opened_at DATETIME(3) NOT NULL,
        opened_by BINARY(16) NOT NULL,
        closed_at DATETIME(3) NULL,
        closed_by BINARY(16) NULL,
        PRIMARY KEY (resource_key, opened_at, opened_by),
        KEY opened (opened_by),
        KEY closed (closed_by)
      ) ${table}`);
    // By how many resources the number that an account has changes in an hour.
    await runner.query(`
      CREATE TABLE standing_change (
        account_id CHAR(12) ${ascii} NOT NULL,
        kind VARCHAR(8) ${ascii} NOT NULL,
        hour INT UNSIGNED NOT NULL,
        delta BIGINT NOT NULL,
        PRIMARY KEY (account_id, kind, hour)
      ) ${table}`);
    await runner.query(`
      CREATE TABLE billed_calls (
        account_id CHAR(12) ${ascii} NOT NULL,
        day INT UNSIGNED NOT NULL,
        product VARCHAR(16) ${ascii} NOT NULL,
        quantity BIGINT UNSIGNED NOT NULL,
        PRIMARY KEY (account_id, day, product)
      ) ${table}`);
    for (const granularity of ['hour', 'day', 'month']) {
      await runner.query(`
        CREATE TABLE usage_${granularity} (
          account_id CHAR(12) ${ascii} NOT NULL,
          period INT UNSIGNED NOT NULL,
          operation VARCHAR(80) ${ascii} NOT NULL,
          principal_key BINARY(16) NOT NULL,
          secret_key BINARY(16) NOT NULL,
          calls INT UNSIGNED NOT NULL,
          failed INT UNSIGNED NOT NULL,
          billed INT UNSIGNED NOT NULL,
          repeated INT UNSIGNED NOT NULL,
          busy_hours SMALLINT UNSIGNED NOT NULL,
          PRIMARY KEY (account_id, period, operation, principal_key, secret_key)
        ) ${table}`);
    }
    await runner.query(`
      CREATE TABLE reader (
        reader_key BINARY(16) NOT NULL,
        version_key BINARY(16) NOT NULL,
        last_read_at DATETIME(3) NOT NULL,
        PRIMARY KEY (reader_key),
        KEY old (last_read_at)
      ) ${table}`);
    await runner.query(`
      CREATE TABLE statement (
        account_id CHAR(12) ${ascii} NOT NULL,
        month CHAR(7) ${ascii} NOT NULL,
        closed_at DATETIME(3) NOT NULL,
        document MEDIUMBLOB NOT NULL,
        PRIMARY KEY (account_id, month)
      ) ${table}`);
    await runner.query(`
      CREATE TABLE price_list (
        id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
        put_at DATETIME(3) NOT NULL,
        document MEDIUMBLOB NOT NULL,
        PRIMARY KEY (id)
      ) ${table}`);
    await runner.query(`
      CREATE TABLE budget (
        account_id CHAR(12) ${ascii} NOT NULL,
        name VARCHAR(64) ${ascii} NOT NULL,
        amount BIGINT UNSIGNED NOT NULL,
        threshold_percent INT UNSIGNED NOT NULL,
        reached_month CHAR(7) ${ascii} NULL,
        PRIMARY KEY (account_id, name)
      ) ${table}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables = ['budget', 'price_list', 'statement', 'reader', 'usage_month', 'usage_day', 'usage_hour', 'billed_calls'];
    tables.push('standing_change', 'resource_life', 'resource', 'principal', 'account_state', 'trail_place');
    for (const name of tables) await runner.query(`DROP TABLE ${name}`);
  }
}
