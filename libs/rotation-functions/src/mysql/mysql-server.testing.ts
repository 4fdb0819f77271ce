import { randomBytes } from 'node:crypto';
import { connectAsAdministrator, randomPassword, type DatabaseAdministrator } from '@strongroom/local-cluster';
import type { Connection } from 'mysql2/promise';
import { FakeRotatingSecret } from '../shared/fake-rotating-secret.testing';
import { tokensOf } from './mysql-text';
import { mysqlServer } from '../connectors.testing';

/** For tests: users, roles and databases on a real server, all of one name's beginning, and gone afterwards. */
export class MysqlTestServer {
  readonly prefix = `r${randomBytes(4).toString('hex')}`;
  private users = 0;

  private constructor(
    readonly at: DatabaseAdministrator,
    readonly admin: Connection,
  ) {}

  static async open(at: DatabaseAdministrator): Promise<MysqlTestServer> {
    const server = new MysqlTestServer(at, await connectAsAdministrator(at));
    await server.run(`CREATE DATABASE ${server.prefix}`, `CREATE TABLE ${server.prefix}.t (a INT, b INT, c INT)`);
    return server;
  }

  async run(...statements: string[]): Promise<void> {
    for (const statement of statements) await this.admin.query(statement);
  }

  /** The first column of every row. */
  async column(statement: string): Promise<string[]> {
    const [rows] = await this.admin.query({ sql: statement, rowsAsArray: true });
    return (rows as unknown[][]).map(([first]) => String(first));
  }

  /** A user whose name is free, its alternate's too; `account` is it for statements. */
  newUser(): { user: string; account: string; password: string } {
    const user = `${this.prefix}_${this.users++}`;
    return { user, account: `\`${user}\`@'%'`, password: `${randomPassword()}-aA1` };
  }

  async createUser(...grants: string[]): Promise<{ user: string; account: string; password: string }> {
    const made = this.newUser();
    await this.run(`CREATE USER ${made.account} IDENTIFIED BY '${made.password}'`);
    for (const grant of grants.length ? grants : [`GRANT SHOW VIEW ON ${this.prefix}.* TO ?`])
      await this.run(grant.replace(/ TO \?/, ` TO ${made.account}`));
    return made;
  }

  /** A superuser of any grants; the standard is all of them. */
  createMaster(...grants: string[]): Promise<{ user: string; account: string; password: string }> {
    return this.createUser(...(grants.length ? grants : ['GRANT ALL PRIVILEGES ON *.* TO ? WITH GRANT OPTION']));
  }

  fields(user: { user: string; password: string }, more: object = {}): Record<string, unknown> {
    const { host, port } = this.at;
    return { engine: 'mariadb', host, port, username: user.user, password: user.password, dbname: this.prefix, ...more };
  }

  secretOf(
    user: { user: string; password: string },
    master?: { user: string; password: string },
    more: object = {},
  ): FakeRotatingSecret {
    const secret = new FakeRotatingSecret();
    if (master) secret.setMaster('master', this.fields(master));
    return secret.set('AWSCURRENT', this.fields(user, { ...(master && { masterarn: 'master' }), ...more }));
  }

  async logsIn(fields: Record<string, unknown>): Promise<boolean> {
    try {
      const { username, password, dbname } = fields as { username: string; password: string; dbname?: string };
      const login = { ...this.at, user: username, password, database: dbname, of: 'a test' };
      const connection = await mysqlServer.connect(login, new AbortController().signal);
      await connection.close();
      return true;
    } catch {
      return false;
    }
  }

  /** All that SHOW GRANTS says of an account but its name and hash, in order. */
  async rightsOf(account: string): Promise<string[]> {
    const lines = await this.column(`SHOW GRANTS FOR ${account}`);
    return lines.map(withoutName).sort();
  }

  async optionsOf(account: string): Promise<string> {
    return withoutName((await this.column(`SHOW CREATE USER ${account}`))[0]!);
  }

  async drop(): Promise<void> {
    const accounts = await this.column(
      `SELECT CONCAT('\`', REPLACE(User, '\`', '\`\`'), '\`', IF(Host = '', '', CONCAT('@\`', Host, '\`'))) FROM mysql.user WHERE User LIKE '${this.prefix}%' ORDER BY Host = ''`,
    );
    for (const account of accounts) await this.run(`DROP ${account.includes('@') ? 'USER' : 'ROLE'} ${account}`);
    await this.run(`DROP DATABASE ${this.prefix}`);
    await this.admin.end();
  }
}

const withoutName = (line: string): string => {
  const to = tokensOf(line).find((token) => ['TO', 'FOR', 'USER'].includes(token.text))!;
  return (
    line.slice(0, to.end) +
    line
      .slice(to.end)
      .replace(/^ `(?:[^`]|``)*`@`[^`]*`/, '')
      .replace(/'\*[0-9A-F]{40}'/, '<hash>')
  );
};
