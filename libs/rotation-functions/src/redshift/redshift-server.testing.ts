import { readFileSync, writeFileSync } from 'node:fs';
import { startTestPostgres, type TestPostgres } from '@strongroom/testing';
import { Client } from 'pg';
import { PostgresTestServer, type TestUser } from '../postgres/postgres-server.testing';
import type { FakeRotatingSecret } from '../shared/fake-rotating-secret.testing';
import { redshiftCatalog } from './redshift-catalog.testing';
import { RedshiftProxy } from './redshift-proxy.testing';

/** For tests: a PostgreSQL with Redshift's views, behind a proxy that knows Redshift's statements alone. */
export class RedshiftTestServer {
  private constructor(
    private readonly postgres: TestPostgres,
    /** The same users and databases, by PostgreSQL's own means. */
    readonly inside: PostgresTestServer,
    readonly proxy: RedshiftProxy,
  ) {}

  static async start(): Promise<RedshiftTestServer> {
    const postgres = await startTestPostgres({
      settings: ['standard_conforming_strings=off', 'escape_string_warning=off', 'log_statement=all'],
    });
    const at = postgres.server.administrator;
    const template = new Client({ ...at, database: 'template1' });
    await template.connect();
    for (const statement of redshiftCatalog) await template.query(statement);
    // Redshift keeps passwords by MD5.
    const { rows } = await template.query<{ hba_file: string }>('SHOW hba_file');
    const { hba_file: file } = rows[0]!;
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('scram-sha-256', 'md5'));
    await template.query('SELECT pg_reload_conf()');
    await template.end();
    const inside = await PostgresTestServer.open(at);
    await inside.run('CREATE DATABASE dev');
    return new RedshiftTestServer(postgres, inside, await RedshiftProxy.start(at));
  }

  get log(): string {
    return readFileSync(this.postgres.server.process.logFile, 'utf8');
  }

  fields(user: TestUser, more: object = {}): Record<string, unknown> {
    return this.inside.fields(user, { engine: 'redshift', port: this.proxy.port, ...more });
  }

  secretOf(user: TestUser, master?: TestUser, more: object = {}): FakeRotatingSecret {
    const secret = this.inside.secretOf(user, master, { engine: 'redshift', port: this.proxy.port, ...more });
    return master ? secret.setMaster('master', this.fields(master)) : secret;
  }

  /** As an administrator in a database, by PostgreSQL's own means. */
  async run(database: string, ...statements: string[]): Promise<void> {
    const { user, password } = this.inside.at;
    await this.inside.as({ username: user, password, dbname: database }, ...statements);
  }

  /** Everything that a user has, from PostgreSQL's own catalogs, with `*` in place of the user's name. */
  async rightsOf(user: string, databases: readonly string[] = ['dev', 'shop', 'other']): Promise<string[]> {
    const [admin, found] = [this.inside.at, [] as string[]];
    for (const dbname of databases) {
      const rows = await this.inside.as({ username: admin.user, password: admin.password, dbname }, rightsQuery(user));
      found.push(...rows.map((row) => [dbname, ...row].join(' ')));
    }
    return [...new Set(found.map((right) => right.replaceAll(user, '*')))].sort();
  }

  async stop(): Promise<void> {
    await this.proxy.stop();
    await this.inside.close();
    await this.postgres.drop();
  }
}

const granted = (kind: string, object: string, from: string, acl: string, role: string) =>
  `SELECT '${kind}', ${object}, a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END
     FROM ${from}, aclexplode(${acl}) a WHERE a.grantee = ${role}`;

const rightsQuery = (user: string): string => {
  const role = `(SELECT oid FROM pg_roles WHERE rolname = '${user.replaceAll("'", "''")}')`;
  return [
    granted('table', 'oid::regclass::text', 'pg_class', 'relacl', role),
    granted('column', "attrelid::regclass || '.' || attname", 'pg_attribute', 'attacl', role),
    granted('schema', 'nspname::text', 'pg_namespace', 'nspacl', role),
    granted('function', 'oid::regprocedure::text', 'pg_proc', 'proacl', role),
    granted('language', 'lanname::text', 'pg_language', 'lanacl', role),
    granted('database', 'datname::text', 'pg_database', 'datacl', role),
    `SELECT 'default', d.defaclnamespace::regnamespace::text || d.defaclobjtype::text || d.defaclrole::regrole::text,
            a.privilege_type || a.is_grantable::text || a.grantee::regrole::text
       FROM pg_default_acl d, aclexplode(d.defaclacl) a
      WHERE (a.grantee = ${role} OR d.defaclrole = ${role}) AND a.grantee <> d.defaclrole`,
    `SELECT 'other', scope || ' ' || place, privilege_type || admin_option::text FROM pg_catalog.redshift_rights WHERE identity_name = '${user.replaceAll("'", "''")}'`,
    `SELECT 'member', roleid::regrole::text, admin_option::text FROM pg_auth_members WHERE member = ${role}`,
    `SELECT 'options', '', concat_ws(' ', rolsuper, rolcreatedb, rolconnlimit, rolvaliduntil) FROM pg_roles WHERE oid = ${role}`,
    `SELECT 'setting', '', c FROM pg_db_role_setting, unnest(setconfig) c WHERE setrole = ${role}`,
  ].join(' UNION ALL ');
};
