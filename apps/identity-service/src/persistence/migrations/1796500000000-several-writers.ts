import { COUNT_HOLDS_OF_ROOT_KEYS } from '@strongroom/root-keys';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const EXACT = 'CHARACTER SET ascii COLLATE ascii_bin';

/** What sessions and links begin with, by the column that refers to it. */
const sources = {
  source_key: [`CHAR(20) ${EXACT}`, 'access_key (access_key_id)'],
  source_binding: [`VARCHAR(512) ${EXACT}`, 'certificate_binding (uri)'],
  source_login: [`CHAR(21) ${EXACT}`, 'login_profile (user_id)'],
  source_provider: [`VARCHAR(300) ${EXACT}`, 'oidc_provider (arn)'],
} as const;

/**
 * A transaction may run on one node of the database while another one runs on another, and row locks are a node's own. Only what
 * both write, or what one writes and the other refers to by a foreign key, keeps them apart.
 */
export class SeveralWriters1796500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['session', 'sign_in_link']) {
      const parts = Object.entries(sources).flatMap(([column, [type, target]]) => [
        `ADD COLUMN ${column} ${type} NULL`,
        `ADD CONSTRAINT fk_${table}_${column} FOREIGN KEY (${column}) REFERENCES ${target} ON DELETE CASCADE`,
      ]);
      await runner.query(`ALTER TABLE ${table} ${parts.join(', ')}`);
    }
    for (const table of ['identity', 'managed_policy', 'login_profile']) {
      await runner.query(`ALTER TABLE ${table} ADD COLUMN holds BIGINT UNSIGNED NOT NULL DEFAULT 0`);
    }
    await runner.query(COUNT_HOLDS_OF_ROOT_KEYS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE root_key DROP COLUMN holds');
    for (const table of ['login_profile', 'managed_policy', 'identity'])
      await runner.query(`ALTER TABLE ${table} DROP COLUMN holds`);
    for (const table of ['sign_in_link', 'session']) {
      const columns = Object.keys(sources);
      const parts = [
        ...columns.map((column) => `DROP FOREIGN KEY fk_${table}_${column}`),
        ...columns.map((column) => `DROP COLUMN ${column}`),
      ];
      await runner.query(`ALTER TABLE ${table} ${parts.join(', ')}`);
    }
  }
}
