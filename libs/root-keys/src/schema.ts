const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';
const TABLE = 'ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

/**
 * The tables of root keys, for a migration of the service whose schema has had `root_key (slot, fingerprint, <created>)` until
 * then. Never changed: a later migration alters what this one made. Processes of the version before go on beside it.
 *
 * @param created the column with the time at which the row was made
 */
export const rootKeyTables = (created: string): readonly string[] => [
  `ALTER TABLE root_key
     MODIFY slot INT UNSIGNED NOT NULL,
     MODIFY ${created} DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
     ADD COLUMN state VARCHAR(8) ${ASCII} NOT NULL DEFAULT 'current',
     ADD COLUMN in_use BINARY(16) NULL,
     ADD COLUMN link VARBINARY(255) NULL,
     ADD COLUMN current_from DATETIME(3) NULL,
     ADD COLUMN retire_from DATETIME(3) NULL,
     ADD COLUMN retired_at DATETIME(3) NULL,
     ADD UNIQUE KEY uq_fingerprint (fingerprint),
     ADD UNIQUE KEY uq_in_use (in_use)`,
  'UPDATE root_key SET in_use = UNHEX(fingerprint)',
  `CREATE TABLE root_key_provider (
     name VARCHAR(64) ${ASCII} NOT NULL,
     kind VARCHAR(16) ${ASCII} NOT NULL,
     recipient TEXT ${ASCII} NOT NULL,
     parameters TEXT NOT NULL,
     protected_identity BLOB NULL,
     enrolled_at DATETIME(3) NOT NULL,
     used_at DATETIME(3) NULL,
     drilled_at DATETIME(3) NULL,
     PRIMARY KEY (name)
   ) ${TABLE}`,
  `CREATE TABLE root_key_wrap (
     slot INT UNSIGNED NOT NULL,
     provider VARCHAR(64) ${ASCII} NOT NULL,
     wrapped BLOB NOT NULL,
     PRIMARY KEY (slot, provider),
     CONSTRAINT fk_wrap_root_key FOREIGN KEY (slot) REFERENCES root_key (slot),
     CONSTRAINT fk_wrap_provider FOREIGN KEY (provider) REFERENCES root_key_provider (name)
   ) ${TABLE}`,
];

/**
 * For a migration of the service that has root keys. Whoever enrols or removes a provider, or begins a rotation, counts here, so
 * that two who do so on different nodes of the database collide.
 */
export const COUNT_HOLDS_OF_ROOT_KEYS = 'ALTER TABLE root_key ADD COLUMN holds BIGINT UNSIGNED NOT NULL DEFAULT 0';

/**
 * Ties each row of a table to the root key that sealed it. A root key that a row names cannot be retired, and no row is stored
 * under one that is. The statement copies the table, and rows can be read meanwhile but not written.
 *
 * @param sealed the column with the sealed blob, whose header has the fingerprint in bytes 1 to 16
 */
export const tieToRootKey = (table: string, sealed: string): string =>
  `ALTER TABLE ${table}
     ADD COLUMN sealed_by BINARY(16) AS (SUBSTR(${sealed}, 2, 16)) STORED,
     ADD CONSTRAINT fk_${table}_root_key FOREIGN KEY (sealed_by) REFERENCES root_key (in_use)`;

/** Takes back what `rootKeyTables` and `tieToRootKey` did, but for the widened slot. */
export const dropRootKeyTables = (tables: readonly string[]): readonly string[] => [
  ...tables.map((table) => `ALTER TABLE ${table} DROP FOREIGN KEY fk_${table}_root_key, DROP COLUMN sealed_by`),
  'DROP TABLE root_key_wrap',
  'DROP TABLE root_key_provider',
  `ALTER TABLE root_key DROP KEY uq_in_use, DROP KEY uq_fingerprint, DROP COLUMN state, DROP COLUMN in_use, DROP COLUMN link,
     DROP COLUMN current_from, DROP COLUMN retire_from, DROP COLUMN retired_at`,
];
