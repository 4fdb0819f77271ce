import { randomPassword, type DatabaseAdministrator } from '@strongroom/local-cluster';
import { Client } from 'pg';
import { FakeRotatingSecret } from '../shared/fake-rotating-secret.testing';

export interface TestUser {
  user: string;
  password: string;
}

/** For tests: roles on a private server. */
export class PostgresTestServer {
  private users = 0;

  private constructor(
    readonly at: DatabaseAdministrator,
    private readonly admin: Client,
  ) {}

  static async open(at: DatabaseAdministrator): Promise<PostgresTestServer> {
    const admin = new Client({ ...at, database: 'postgres' });
    await admin.connect();
    const server = new PostgresTestServer(at, admin);
    await server.run('CREATE DATABASE shop', 'CREATE DATABASE other');
    return server;
  }

  async run(...statements: string[]): Promise<void> {
    for (const statement of statements) await this.admin.query(statement);
  }

  async rows(statement: string): Promise<unknown[][]> {
    return (await this.admin.query<unknown[]>({ text: statement, rowMode: 'array' })).rows;
  }

  async createUser(options = ''): Promise<TestUser> {
    const made = { user: `u${this.users++}`, password: randomPassword() };
    await this.run(`CREATE ROLE ${made.user} LOGIN PASSWORD '${made.password}' ${options}`);
    return made;
  }

  fields(user: TestUser, more: object = {}): Record<string, unknown> {
    const { host, port } = this.at;
    return { engine: 'postgres', host, port, username: user.user, password: user.password, dbname: 'shop', ...more };
  }

  secretOf(user: TestUser, master?: TestUser, more: object = {}): FakeRotatingSecret {
    const secret = new FakeRotatingSecret();
    if (master) secret.setMaster('master', this.fields(master));
    return secret.set('AWSCURRENT', this.fields(user, { ...(master && { masterarn: 'master' }), ...more }));
  }

  async logsIn(fields: Record<string, unknown>): Promise<boolean> {
    try {
      await this.as(fields, 'SELECT 1');
      return true;
    } catch {
      return false;
    }
  }

  /** What an application's session of these fields is answered, with the settings that it starts with. */
  async as(fields: Record<string, unknown>, ...statements: string[]): Promise<unknown[][]> {
    const { username, password, dbname } = fields as { username: string; password: string; dbname: string };
    const client = new Client({ ...this.at, user: username, password, database: dbname });
    await client.connect();
    try {
      let rows: unknown[][] = [];
      for (const text of statements) ({ rows } = await client.query<unknown[]>({ text, rowMode: 'array' }));
      return rows;
    } finally {
      await client.end();
    }
  }

  /** A role's attributes and parameters, without what differs between a base role and its clone by design. */
  async loginRulesOf(user: string): Promise<unknown> {
    const [attributes] = await this.rows(
      `SELECT rolconnlimit, coalesce(rolvaliduntil, 'infinity')::text, rolreplication, rolcanlogin FROM pg_roles WHERE rolname = '${user}'`,
    );
    const settings = await this.rows(
      `SELECT setdatabase::text, c FROM pg_db_role_setting, unnest(setconfig) c WHERE setrole = '${user}'::regrole AND c NOT LIKE 'role=%' ORDER BY 1, 2`,
    );
    return { attributes, settings };
  }

  async close(): Promise<void> {
    await this.admin.end();
  }
}
