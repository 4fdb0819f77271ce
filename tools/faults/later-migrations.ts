import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The variable that says how many versions later a program is. */
export const LATER_VERSION = 'LATER_VERSION';

/** TypeORM wants a time at the end of a name. */
const FIRST_TIME = 1_900_000_000_000;

/** What a later version adds to a schema, as the rules for migrations have it: the present one serves on with it. */
const later = (version: number): new () => MigrationInterface =>
  class implements MigrationInterface {
    readonly name = `LaterVersion${FIRST_TIME + version}`;

    async up(runner: QueryRunner): Promise<void> {
      await runner.query(
        `ALTER TABLE secret ADD COLUMN later_${version} VARCHAR(20) NULL, ADD KEY later_${version} (later_${version})`,
      );
    }

    async down(runner: QueryRunner): Promise<void> {
      await runner.query(`ALTER TABLE secret DROP COLUMN later_${version}`);
    }
  };

/** Adds those of the version that the environment names. */
export function addLaterMigrations(migrations: unknown[]): void {
  for (let version = 1; version <= Number(process.env[LATER_VERSION]); version++) migrations.push(later(version));
}
