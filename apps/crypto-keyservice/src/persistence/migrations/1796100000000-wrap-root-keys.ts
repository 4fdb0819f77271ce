import { dropRootKeyTables, rootKeyTables, tieToRootKey } from '@strongroom/root-keys';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Root keys that rotate, and the providers that open them. */
export class WrapRootKeys1796100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of rootKeyTables('created_at')) await runner.query(statement);
    await runner.query(tieToRootKey('key_material', 'wrapped'));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of dropRootKeyTables(['key_material'])) await runner.query(statement);
  }
}
