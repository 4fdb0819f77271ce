import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddSearchTerms1796300000000 implements MigrationInterface {
  name = 'AddSearchTerms1796300000000';

  async up(runner: QueryRunner): Promise<void> {
    // The terms of a secret are those of the moment searched_at. A version that does not know them changes a secret without it,
    // and so makes the secret unsearchable until its terms have been written again: ADR 22. Others write meanwhile.
    await runner.query('ALTER TABLE secret ADD COLUMN searched_at DATETIME(3) NULL, ALGORITHM=INSTANT');
    await runner.query(`
      ALTER TABLE secret
        ADD COLUMN unsearchable BOOLEAN AS (IF(searched_at <=> last_changed_at, NULL, TRUE)) VIRTUAL, ALGORITHM=INSTANT`);
    await runner.query('ALTER TABLE secret ADD KEY secret_by_unsearchable (unsearchable, account_id, region, id), LOCK=NONE');
    // A term is bytes, UTF-8, because then spaces at its end count. With the date of its
    // secret, which never changes, the key alone tells the order in which lists show secrets unless they are asked for another.
    await runner.query(`
      CREATE TABLE secret_term (
        account_id CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        place      CHAR(1) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        term       VARBINARY(768) NOT NULL,
        created_at DATETIME(3) NOT NULL,
        secret_id  BIGINT UNSIGNED NOT NULL,
        PRIMARY KEY (account_id, place, term, created_at, secret_id),
        KEY term_by_secret (secret_id),
        CONSTRAINT term_of_secret FOREIGN KEY (secret_id) REFERENCES secret (id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE secret_term');
    await runner.query('ALTER TABLE secret DROP KEY secret_by_unsearchable');
    await runner.query('ALTER TABLE secret DROP COLUMN unsearchable');
    await runner.query('ALTER TABLE secret DROP COLUMN searched_at');
  }
}
