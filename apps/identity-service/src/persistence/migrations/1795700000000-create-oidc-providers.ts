import type { MigrationInterface, QueryRunner } from 'typeorm';

/** ARNs and issuers are ASCII, and compare byte by byte. */
const EXACT = 'CHARACTER SET ascii COLLATE ascii_bin';

export class CreateOidcProviders1795700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE oidc_provider (
        arn VARCHAR(300) ${EXACT} NOT NULL,
        account_id CHAR(12) ${EXACT} NOT NULL,
        issuer VARCHAR(255) ${EXACT} NOT NULL,
        client_ids MEDIUMTEXT NOT NULL,
        thumbprints MEDIUMTEXT NOT NULL,
        create_date DATETIME(3) NOT NULL,
        PRIMARY KEY (arn),
        KEY ix_account (account_id, arn),
        CONSTRAINT fk_oidc_provider_account FOREIGN KEY (account_id) REFERENCES account (account_id)
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE oidc_provider');
  }
}
