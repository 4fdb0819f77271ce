import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tags of secrets, by which usage is grouped. Those of secrets that are known already are to be read, too. */
export class AddTags1796600000000 implements MigrationInterface {
  name = 'AddTags1796600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE resource
        ADD COLUMN tags_changed_at DATETIME(3) NULL,
        ADD KEY tags_changed (tags_changed_at, resource_key)`);
    await runner.query(`UPDATE resource SET tags_changed_at = created_at WHERE kind = 'secret' AND created_at IS NOT NULL`);
    // In UTF-8: no two texts are equal but for what a collation ignores.
    await runner.query(`
      CREATE TABLE resource_tag (
        resource_key BINARY(16) NOT NULL,
        tag_key VARBINARY(512) NOT NULL,
        account_id CHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        tag_value VARBINARY(1024) NOT NULL,
        PRIMARY KEY (resource_key, tag_key)
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE resource_tag');
    await runner.query('ALTER TABLE resource DROP KEY tags_changed, DROP COLUMN tags_changed_at');
  }
}
