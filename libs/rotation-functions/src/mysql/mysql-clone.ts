import { invalidRequest } from '@strongroom/errors';
import { isStatementRefused, type SqlConnection } from '../shared/sql-server.port';
import type { AlternateUser } from '../shared/sql-dialect';
import { parseAccount, type Account } from './mysql-account';
import { Authority } from './mysql-authority';
import { flavorOf, type Flavor } from './mysql-flavor';
import { grantStatement, missingFrom, parseGrants, revokeStatement, type Grants } from './mysql-grants';
import { hashUnlessValidated, mariaDbHash, mariaDbPlugins, refusedByRules } from './mysql-password';
import { firstDifference, storedRights } from './mysql-stored-rights';
import { literal } from '../shared/sql-literal';
import { identifier } from './mysql-text';

const accountOf = (user: string, host: string): string => `${identifier(user)}@${identifier(host)}`;

interface State {
  account: Account;
  grants: Grants;
}

const withPasswords = {
  mariadb: mariaDbPlugins as readonly string[],
  mysql: ['caching_sha2_password', 'mysql_native_password', 'sha256_password'],
};

/** Makes the alternate user's accounts equal to those of the current user: the same hosts, options, rights and roles. */
export class MysqlClone {
  private constructor(
    private readonly connection: SqlConnection,
    private readonly flavor: Flavor,
    private readonly user: AlternateUser,
    private readonly authority: Authority,
  ) {}

  static async prepare(connection: SqlConnection, user: AlternateUser): Promise<void> {
    const flavor = await flavorOf(connection);
    const clone = new MysqlClone(connection, flavor, user, new Authority((await masterGrants(connection, flavor)).grants));
    await clone.run();
  }

  private async run(): Promise<void> {
    if (!this.authority.has('SELECT', '`mysql`.*')) throw lacking('SELECT ON `mysql`.*', 'to read what it must clone');
    if (!this.authority.has('CREATE USER')) throw lacking('CREATE USER ON *.*', 'to create and alter users');
    const hosts = await this.hostsOf(this.user.current);
    const spare = (await this.hostsOf(this.user.alternate)).filter((host) => !hosts.includes(host));
    if (hosts.length === 0)
      throw invalidRequest('The server has no account with the name in the field "username" of AWSCURRENT.');

    // Everything that could be refused comes first, then the changes.
    const wanted = new Map<string, State>();
    const present = new Map<string, State | undefined>();
    for (const host of hosts) {
      const state = (await this.stateOf(this.user.current, host))!;
      wanted.set(host, state);
      present.set(host, await this.stateOf(this.user.alternate, host));
      this.requireClonable(state, present.get(host), host);
    }
    for (const host of hosts) await this.bringInLine(host, wanted.get(host)!, present.get(host));
    // An account for a host that the current user has none for would let applications in with rights that nobody keeps in line.
    for (const host of spare) await this.connection.query(`DROP USER IF EXISTS ${accountOf(this.user.alternate, host)}`);
    // The password comes last, because whoever logs in with it has all rights.
    for (const host of hosts) await this.setPassword(host, wanted.get(host)!, present.get(host), hosts.length === 1);
  }

  private async hostsOf(user: string): Promise<string[]> {
    const rows = await this.connection.query(
      `SELECT Host FROM mysql.user WHERE User = ${literal(user)} AND Host <> '' ORDER BY Host`,
    );
    return rows.map(([host]) => String(host));
  }

  /** Undefined if there is no such account. */
  private async stateOf(user: string, host: string): Promise<State | undefined> {
    const name = accountOf(user, host);
    const exists = (await this.hostsOf(user)).includes(host);
    if (!exists) return undefined;
    const [[statement] = []] = await this.connection.query(`SHOW CREATE USER ${name}`);
    const lines = (await this.connection.query(`SHOW GRANTS FOR ${name}`)).map(([line]) => String(line));
    const grants = parseGrants(lines, name);
    // An account without any right still has the line that says so.
    if (grants.lines === 0)
      throw invalidRequest('The database server shows the rights of an account in an unknown form. Nothing was changed.');
    return { account: parseAccount(String(statement), this.flavor.isMariaDb), grants };
  }

  private requireClonable(wanted: State, present: State | undefined, host: string): void {
    const known = withPasswords[this.flavor.isMariaDb ? 'mariadb' : 'mysql'];
    const plugin = wanted.account.plugins.find((one) => !known.includes(one)) ?? wanted.account.plugins[1];
    if (plugin) {
      throw invalidRequest(
        `The account of AWSCURRENT's user for the host '${host}' cannot be cloned: it authenticates by ${wanted.account.plugins.join(' or ')}, and not by a password of ${known.join(' or ')} alone.`,
      );
    }
    const unknown = wanted.grants.unknown[0] ?? present?.grants.unknown[0];
    if (unknown) throw invalidRequest(`A right cannot be cloned: ${withoutAccount(unknown)}.`);
    const [have, want] = [present?.grants.grants ?? [], wanted.grants.grants];
    for (const grant of missingFrom(have, want)) {
      if (!this.authority.mayGrant(grant)) throw lacking(`${grant.id} with the option to grant it`, 'to clone it');
    }
    for (const grant of missingFrom(want, have)) {
      if (!this.authority.mayGrant(grant))
        throw lacking(`${grant.id} with the option to grant it`, 'to take it from the alternate user');
    }
    if (wanted.grants.defaultRole !== present?.grants.defaultRole && !this.authority.has('UPDATE', '`mysql`.*')) {
      throw lacking('UPDATE ON `mysql`.*', `to clone the default role ${wanted.grants.defaultRole ?? 'NONE'}`);
    }
  }

  private async bringInLine(host: string, wanted: State, present: State | undefined): Promise<void> {
    const name = accountOf(this.user.alternate, host);
    if (!present) await this.create(name, wanted.account);
    else if (present.account.options !== wanted.account.options)
      await this.connection.query(`ALTER USER ${name} ${wanted.account.options}`);

    // Revocations come first, and the rights are read again: revoking a right on a table also revokes it on its columns.
    const before = present?.grants.grants ?? [];
    for (const grant of missingFrom(wanted.grants.grants, before)) await this.connection.query(revokeStatement(grant, name));
    const now = (await this.stateOf(this.user.alternate, host))!;
    for (const grant of missingFrom(now.grants.grants, wanted.grants.grants))
      await this.connection.query(grantStatement(grant, name));
    await this.setDefaultRole(name, wanted, now);

    const after = await this.stateOf(this.user.alternate, host);
    const differs = after && [
      ...missingFrom(after.grants.grants, wanted.grants.grants),
      ...missingFrom(wanted.grants.grants, after.grants.grants),
    ];
    if (differs?.[0]) throw invalidRequest(`The server did not clone a right: ${differs[0].id}.`);
    await this.requireSameStored(host);
  }

  /** SHOW GRANTS showed what was copied. The tables of the server show whether that was all. */
  private async requireSameStored(host: string): Promise<void> {
    const { current, alternate } = this.user;
    const [wanted, made] = [
      await storedRights(this.connection, this.flavor, current, host),
      await storedRights(this.connection, this.flavor, alternate, host),
    ];
    const difference = firstDifference(wanted, made);
    if (difference) throw invalidRequest(`The rights of the two users differ on the server after cloning: ${difference}.`);
  }

  private async create(name: string, { plugins, options }: Account): Promise<void> {
    const { password } = this.user;
    const statement = (identified: string) => `CREATE USER ${name} IDENTIFIED ${identified} ${options}`;
    if (!this.flavor.isMariaDb) {
      await refusedByRules(this.connection.query(statement(`WITH ${literal(plugins[0]!)} BY ${literal(password)}`)));
      return;
    }
    await this.setOnMariaDb(plugins[0]!, statement);
  }

  private async setOnMariaDb(plugin: string, statement: (identified: string) => string): Promise<void> {
    const { password } = this.user;
    const hash = (await mariaDbHash(plugin, password))!;
    await hashUnlessValidated(
      () => this.connection.query(statement(`VIA ${plugin} USING ${literal(hash)}`)),
      () => this.connection.query(statement(`VIA ${plugin} USING PASSWORD(${literal(password)})`)),
    );
  }

  private async setDefaultRole(name: string, wanted: State, now: State): Promise<void> {
    if (this.flavor.isMariaDb) {
      if (wanted.grants.defaultRole === now.grants.defaultRole) return;
      await this.connection.query(`SET DEFAULT ROLE ${wanted.grants.defaultRole ?? 'NONE'} FOR ${name}`);
    } else if (wanted.account.defaultRoles !== now.account.defaultRoles) {
      await this.connection.query(`ALTER USER ${name} DEFAULT ROLE ${wanted.account.defaultRoles ?? 'NONE'}`);
    }
  }

  private async setPassword(host: string, wanted: State, present: State | undefined, isOnly: boolean): Promise<void> {
    const { alternate, password, passwordIsSet } = this.user;
    const plugin = wanted.account.plugins[0]!;
    // A new account was created with it. If there are several, only the one that matches our own host is known to have it.
    const hash = await mariaDbHash(plugin, password);
    const isSet = (isOnly && passwordIsSet) || (hash !== undefined && present?.account.hash === hash);
    if (!present || (isSet && present.account.plugins.join() === plugin)) return;
    const name = accountOf(alternate, host);
    if (this.flavor.isMariaDb) {
      await this.setOnMariaDb(plugin, (identified) => `ALTER USER ${name} IDENTIFIED ${identified}`);
    } else {
      await refusedByRules(
        this.connection.query(`ALTER USER ${name} IDENTIFIED WITH ${literal(plugin)} BY ${literal(password)}`),
      );
    }
  }
}

/** The rights of the session, including its roles. MariaDB lists them by itself, MySQL on request. */
const masterGrants = async (connection: SqlConnection, { isMariaDb }: Flavor): Promise<Grants> => {
  let statement = 'SHOW GRANTS';
  if (!isMariaDb) {
    const [[roles] = []] = await connection.query('SELECT CURRENT_ROLE()');
    if (typeof roles === 'string' && roles !== 'NONE') statement = `SHOW GRANTS FOR CURRENT_USER() USING ${roles}`;
  }
  return parseGrants((await connection.query(statement)).map(([line]) => String(line)));
};

const withoutAccount = (line: string): string => line.replace(/ (FROM|TO) [`'].*$/s, '');

const lacking = (right: string, purpose: string) =>
  invalidRequest(`The superuser of the field "masterarn" lacks ${right}, which is needed ${purpose}. Nothing was changed.`, {
    metadata: { grant: right },
  });

/** If the superuser may not run a statement, the error says that the superuser lacks a right. */
export const namingTheSuperuser = async (work: Promise<void>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (!isStatementRefused(error, '1044', '1045', '1142', '1227', '1698', '1370', '1143')) throw error;
    throw invalidRequest(`The superuser of the field "masterarn" lacks a right that cloning needs (${error.code}).`);
  }
};
