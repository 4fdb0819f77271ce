import { tieToRootKey } from '@strongroom/root-keys';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Ids, paths, ARNs and addresses are ASCII, and compare byte by byte. */
const EXACT = 'CHARACTER SET ascii COLLATE ascii_bin';
const TABLE = 'ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

const tables = {
  login_profile: `
    user_id CHAR(21) ${EXACT} NOT NULL,
    create_date DATETIME(3) NOT NULL,
    reset_required TINYINT UNSIGNED NOT NULL,
    generation INT UNSIGNED NOT NULL,
    PRIMARY KEY (user_id),
    CONSTRAINT fk_login_profile_user FOREIGN KEY (user_id) REFERENCES identity (id)`,
  // The password, and those before it, which a new one must differ from.
  password_hash: `
    user_id CHAR(21) ${EXACT} NOT NULL,
    generation INT UNSIGNED NOT NULL,
    sealed_hash VARBINARY(255) NOT NULL,
    set_at DATETIME(3) NOT NULL,
    PRIMARY KEY (user_id, generation),
    CONSTRAINT fk_password_hash_profile FOREIGN KEY (user_id) REFERENCES login_profile (user_id) ON DELETE CASCADE`,
  password_policy: `
    account_id CHAR(12) ${EXACT} NOT NULL,
    policy TEXT NOT NULL,
    PRIMARY KEY (account_id),
    CONSTRAINT fk_password_policy_account FOREIGN KEY (account_id) REFERENCES account (account_id)`,
  mfa_device: `
    serial_number VARCHAR(800) ${EXACT} NOT NULL,
    account_id CHAR(12) ${EXACT} NOT NULL,
    user_id CHAR(21) ${EXACT} NULL,
    sealed_seed VARBINARY(255) NOT NULL,
    create_date DATETIME(3) NOT NULL,
    enable_date DATETIME(3) NULL,
    drift INT NOT NULL,
    last_step BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (serial_number),
    KEY ix_account (account_id, serial_number),
    KEY ix_user (user_id),
    CONSTRAINT fk_mfa_device_account FOREIGN KEY (account_id) REFERENCES account (account_id),
    CONSTRAINT fk_mfa_device_user FOREIGN KEY (user_id) REFERENCES identity (id)`,
  sign_in_link: `
    token_hash BINARY(32) NOT NULL,
    user_id CHAR(21) ${EXACT} NOT NULL,
    source VARCHAR(520) ${EXACT} NOT NULL,
    expire_time DATETIME(3) NOT NULL,
    PRIMARY KEY (token_hash),
    KEY ix_source (source),
    KEY ix_expire_time (expire_time),
    CONSTRAINT fk_sign_in_link_user FOREIGN KEY (user_id) REFERENCES identity (id) ON DELETE CASCADE`,
  // How full the buckets of guesses are. Their names are hashes, since people type anything where a name is asked for.
  guess: `
    name BINARY(32) NOT NULL,
    level DOUBLE NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    empty_at DATETIME(3) NOT NULL,
    PRIMARY KEY (name),
    KEY ix_empty_at (empty_at)`,
  // Where users have proved who they are: whoever guesses elsewhere does not slow them down there.
  known_network: `
    user_id CHAR(21) ${EXACT} NOT NULL,
    network BINARY(32) NOT NULL,
    seen_at DATETIME(3) NOT NULL,
    PRIMARY KEY (user_id, network),
    KEY ix_seen_at (seen_at),
    CONSTRAINT fk_known_network_user FOREIGN KEY (user_id) REFERENCES identity (id) ON DELETE CASCADE`,
};

/** Passwords, MFA devices, links that sign in, and what sessions tell of themselves. */
export class SignIn1796170000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [name, columns] of Object.entries(tables)) await runner.query(`CREATE TABLE ${name} (${columns}) ${TABLE}`);
    await runner.query(tieToRootKey('password_hash', 'sealed_hash'));
    await runner.query(tieToRootKey('mfa_device', 'sealed_seed'));
    await runner.query(`
      ALTER TABLE session
        ADD COLUMN multi_factor_auth_time DATETIME(3) NULL,
        ADD COLUMN source_ip_address VARCHAR(45) ${EXACT} NULL,
        ADD COLUMN user_agent VARCHAR(256) NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE session DROP COLUMN multi_factor_auth_time, DROP COLUMN source_ip_address, DROP COLUMN user_agent',
    );
    for (const name of Object.keys(tables).reverse()) await runner.query(`DROP TABLE ${name}`);
  }
}
