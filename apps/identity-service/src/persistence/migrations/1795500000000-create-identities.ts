import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Ids, paths, ARNs and URIs are ASCII, and compare byte by byte. */
const EXACT = 'CHARACTER SET ascii COLLATE ascii_bin';
/** Names are unique, and found, whatever their case. */
const NAME = 'CHARACTER SET ascii COLLATE ascii_general_ci';
const TABLE = 'ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

const tables = {
  account: `
    account_id CHAR(12) ${EXACT} NOT NULL,
    display_name VARCHAR(128) NOT NULL,
    create_date DATETIME(3) NOT NULL,
    PRIMARY KEY (account_id)`,
  identity: `
    id CHAR(21) ${EXACT} NOT NULL,
    account_id CHAR(12) ${EXACT} NOT NULL,
    kind VARCHAR(5) ${EXACT} NOT NULL,
    name VARCHAR(128) ${NAME} NOT NULL,
    path VARCHAR(512) ${EXACT} NOT NULL,
    create_date DATETIME(3) NOT NULL,
    permissions_boundary VARCHAR(700) ${EXACT} NULL,
    tags MEDIUMTEXT NOT NULL,
    trust_policy MEDIUMTEXT NULL,
    description TEXT NULL,
    max_session_duration INT UNSIGNED NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_name (account_id, kind, name),
    KEY ix_boundary (permissions_boundary),
    CONSTRAINT fk_identity_account FOREIGN KEY (account_id) REFERENCES account (account_id)`,
  group_member: `
    group_id CHAR(21) ${EXACT} NOT NULL,
    user_id CHAR(21) ${EXACT} NOT NULL,
    PRIMARY KEY (group_id, user_id),
    KEY ix_user (user_id, group_id),
    CONSTRAINT fk_member_group FOREIGN KEY (group_id) REFERENCES identity (id),
    CONSTRAINT fk_member_user FOREIGN KEY (user_id) REFERENCES identity (id)`,
  inline_policy: `
    identity_id CHAR(21) ${EXACT} NOT NULL,
    name VARCHAR(128) ${NAME} NOT NULL,
    document MEDIUMTEXT NOT NULL,
    PRIMARY KEY (identity_id, name),
    CONSTRAINT fk_inline_identity FOREIGN KEY (identity_id) REFERENCES identity (id)`,
  attachment: `
    identity_id CHAR(21) ${EXACT} NOT NULL,
    policy_arn VARCHAR(700) ${EXACT} NOT NULL,
    PRIMARY KEY (identity_id, policy_arn),
    KEY ix_policy (policy_arn),
    CONSTRAINT fk_attachment_identity FOREIGN KEY (identity_id) REFERENCES identity (id)`,
  managed_policy: `
    id CHAR(21) ${EXACT} NOT NULL,
    account_id CHAR(12) ${EXACT} NOT NULL,
    name VARCHAR(128) ${NAME} NOT NULL,
    path VARCHAR(512) ${EXACT} NOT NULL,
    arn VARCHAR(700) ${EXACT} NOT NULL,
    description TEXT NOT NULL,
    default_version INT UNSIGNED NOT NULL,
    latest_version INT UNSIGNED NOT NULL,
    create_date DATETIME(3) NOT NULL,
    update_date DATETIME(3) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_name (account_id, name),
    UNIQUE KEY uq_arn (arn),
    CONSTRAINT fk_policy_account FOREIGN KEY (account_id) REFERENCES account (account_id)`,
  policy_version: `
    policy_id CHAR(21) ${EXACT} NOT NULL,
    version INT UNSIGNED NOT NULL,
    document MEDIUMTEXT NOT NULL,
    create_date DATETIME(3) NOT NULL,
    PRIMARY KEY (policy_id, version),
    CONSTRAINT fk_version_policy FOREIGN KEY (policy_id) REFERENCES managed_policy (id)`,
  access_key: `
    access_key_id CHAR(20) ${EXACT} NOT NULL,
    user_id CHAR(21) ${EXACT} NOT NULL,
    active TINYINT UNSIGNED NOT NULL,
    sealed_secret VARBINARY(255) NOT NULL,
    create_date DATETIME(3) NOT NULL,
    PRIMARY KEY (access_key_id),
    KEY ix_user (user_id),
    CONSTRAINT fk_access_key_user FOREIGN KEY (user_id) REFERENCES identity (id)`,
  // The primary key is the rule: a URI belongs to one identity of one account.
  certificate_binding: `
    uri VARCHAR(512) ${EXACT} NOT NULL,
    account_id CHAR(12) ${EXACT} NOT NULL,
    identity_id CHAR(21) ${EXACT} NOT NULL,
    create_date DATETIME(3) NOT NULL,
    PRIMARY KEY (uri),
    KEY ix_account (account_id, uri),
    KEY ix_identity (identity_id),
    CONSTRAINT fk_binding_identity FOREIGN KEY (identity_id) REFERENCES identity (id)`,
  session: `
    access_key_id CHAR(20) ${EXACT} NOT NULL,
    token_hash BINARY(32) NOT NULL,
    account_id CHAR(12) ${EXACT} NOT NULL,
    identity_id CHAR(21) ${EXACT} NOT NULL,
    session_name VARCHAR(64) ${EXACT} NULL,
    source VARCHAR(520) ${EXACT} NOT NULL,
    tags MEDIUMTEXT NOT NULL,
    transitive_tag_keys MEDIUMTEXT NOT NULL,
    policies MEDIUMTEXT NOT NULL,
    policy_arns MEDIUMTEXT NOT NULL,
    sealed_secret VARBINARY(255) NOT NULL,
    issue_time DATETIME(3) NOT NULL,
    expire_time DATETIME(3) NOT NULL,
    PRIMARY KEY (access_key_id),
    UNIQUE KEY uq_token (token_hash),
    KEY ix_identity (identity_id),
    KEY ix_source (source),
    KEY ix_expire_time (expire_time),
    CONSTRAINT fk_session_identity FOREIGN KEY (identity_id) REFERENCES identity (id)`,
  // One row, written by every transaction that changes what principals are made of: revisions are in the order of commits.
  revision: `
    slot TINYINT UNSIGNED NOT NULL,
    value BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (slot)`,
  change_log: `
    revision BIGINT UNSIGNED NOT NULL,
    subject VARCHAR(700) ${EXACT} NOT NULL,
    logged_at DATETIME(3) NOT NULL,
    PRIMARY KEY (revision, subject),
    KEY ix_logged_at (logged_at)`,
  // One row: the root key that the secrets of access keys are sealed by.
  root_key: `
    slot TINYINT UNSIGNED NOT NULL,
    fingerprint CHAR(32) ${EXACT} NOT NULL,
    create_date DATETIME(3) NOT NULL,
    PRIMARY KEY (slot)`,
};

export class CreateIdentities1795500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [name, columns] of Object.entries(tables)) await runner.query(`CREATE TABLE ${name} (${columns}) ${TABLE}`);
    await runner.query('INSERT INTO revision (slot, value) VALUES (1, 0)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(tables).reverse()) await runner.query(`DROP TABLE ${name}`);
  }
}
