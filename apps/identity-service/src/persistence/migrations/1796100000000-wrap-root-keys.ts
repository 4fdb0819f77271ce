import { dropRootKeyTables, rootKeyTables, tieToRootKey } from '@strongroom/root-keys';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Root keys that rotate, and the providers that open them. */
export class WrapRootKeys1796100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of rootKeyTables('create_date')) await runner.query(statement);
    for (const table of ['access_key', 'session']) await runner.query(tieToRootKey(table, 'sealed_secret'));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of dropRootKeyTables(['access_key', 'session'])) await runner.query(statement);
  }
}
