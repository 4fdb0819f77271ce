import type { MigrationInterface, QueryRunner } from 'typeorm';

const EXACT = 'CHARACTER SET ascii COLLATE ascii_bin';
const TABLE = 'ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

const tables = {
  // What is kept of a passkey is public: nobody can sign in with it.
  passkey: `
    serial_number VARCHAR(256) ${EXACT} NOT NULL,
    account_id CHAR(12) ${EXACT} NOT NULL,
    user_id CHAR(21) ${EXACT} NOT NULL,
    credential_id VARBINARY(1023) NOT NULL,
    public_key VARBINARY(2048) NOT NULL,
    sign_count BIGINT UNSIGNED NOT NULL,
    transports VARCHAR(255) ${EXACT} NOT NULL,
    create_date DATETIME(3) NOT NULL,
    PRIMARY KEY (serial_number),
    UNIQUE KEY uq_credential (credential_id),
    KEY ix_user (user_id),
    CONSTRAINT fk_passkey_account FOREIGN KEY (account_id) REFERENCES account (account_id),
    CONSTRAINT fk_passkey_user FOREIGN KEY (user_id) REFERENCES identity (id)`,
  // Those that are good no more, until they would have expired.
  used_challenge: `
    challenge_hash BINARY(32) NOT NULL,
    expire_time DATETIME(3) NOT NULL,
    PRIMARY KEY (challenge_hash),
    KEY ix_expire_time (expire_time)`,
};

export class CreatePasskeys1796180000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [name, columns] of Object.entries(tables)) await runner.query(`CREATE TABLE ${name} (${columns}) ${TABLE}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(tables).reverse()) await runner.query(`DROP TABLE ${name}`);
  }
}
