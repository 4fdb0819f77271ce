import { invalidRequest, isDomainError } from '@strongroom/errors';
import { settingStatements } from '../postgres/postgres-settings';
import type { AlternateUser } from '../shared/sql-dialect';
import { literal, quoted } from '../shared/sql-literal';
import { isStatementRefused, using, type SqlConnection } from '../shared/sql-server.port';
import { changesOfDefaults, defaultPrivileges } from './redshift-default-privileges';
import { passwordLiteral } from './redshift-password';
import { changesOf, rightsInCluster, rightsInDatabase } from './redshift-rights';
import { requireClonable, requireNoDatabase, type Part } from './redshift-unclonable';
import { findUser, optionsForCreation, type RedshiftUser } from './redshift-user';

/** Statements that are missing, each with what it does for a message. */
type Changes = [what: string, statement: string][];

/** A database of Redshift's own, to which nobody may connect. */
const INTERNAL_DATABASES = ['padb_harvest'];

/**
 * Makes the alternate user equal to the current one: attributes, limits, parameters, groups, roles, and everything that was
 * granted to it by name in any database. A Redshift user cannot be a member of another, so all of this is copied, and copied
 * again on every turn. Redshift takes some of these statements only outside of transactions, so each stands for itself. The next
 * try brings in line what a crash leaves. The password comes last, except of a new user, which then has no rights yet.
 */
export class RedshiftClone {
  private constructor(
    private readonly connection: SqlConnection,
    private readonly user: AlternateUser,
  ) {}

  static async prepare(connection: SqlConnection, user: AlternateUser): Promise<void> {
    await new RedshiftClone(connection, user).run();
  }

  private async run(): Promise<void> {
    const { current, alternate, password, passwordIsSet } = this.user;
    await this.requireSuperuser();
    const wanted = await findUser(this.connection, current);
    if (!wanted) {
      throw invalidRequest(
        'The server has no user with the name in the field "username" of AWSCURRENT, in which upper and lower case count.',
      );
    }
    const present = await findUser(this.connection, alternate);
    const databases = await this.databases();
    const to = passwordLiteral(alternate, password);

    // Everything that could be refused comes first, then the changes.
    await this.requireClonable(this.connection, wanted, present, undefined);
    const differing: string[] = [];
    for (const database of databases) {
      const changes = await this.inDatabase(database, async (connection) => {
        await this.requireClonable(connection, wanted, present, database);
        return this.changesInDatabase(connection, database);
      });
      if (changes.length > 0) differing.push(database);
    }

    if (!present) {
      await this.make(`create users`, `CREATE USER ${quoted(alternate)} PASSWORD ${to} ${optionsForCreation(wanted.options)}`);
    }
    await this.bringInLine(() => this.changesInCluster(wanted, databases), this.connection);
    for (const database of differing) {
      await this.inDatabase(database, (connection) =>
        this.bringInLine(() => this.changesInDatabase(connection, database), connection),
      );
    }
    if (present && !passwordIsSet) {
      await this.make('set the password of the alternate user', `ALTER USER ${quoted(alternate)} PASSWORD ${to}`);
    }
  }

  /** Others do not see all rights, and what was not seen would not be cloned. */
  private async requireSuperuser(): Promise<void> {
    const master = await findUser(this.connection, this.user.master);
    if (master?.isSuperuser) return;
    throw invalidRequest(
      'The user of the secret in the field "masterarn" must be a superuser of Redshift (CREATEUSER). Nothing was changed.',
    );
  }

  /** The databases of the cluster itself. Those of datashares have no rights of their own that a session could look up. */
  private async databases(): Promise<string[]> {
    const rows = await this.connection.query(
      "SELECT database_name FROM pg_catalog.svv_redshift_databases WHERE database_type = 'local'",
    );
    const local = rows.map(([name]) => String(name));
    const open = await this.connection.query(
      'SELECT datname FROM pg_catalog.pg_database WHERE datallowconn AND NOT datistemplate',
    );
    const found = open.map(([name]) => String(name)).filter((name) => local.includes(name) && !INTERNAL_DATABASES.includes(name));
    if (found.length === 0) throw invalidRequest('The database server shows no database in which the user could have rights.');
    return found.sort();
  }

  private async inDatabase<T>(database: string, work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    const connection = await this.user.openDatabase({ database }).catch((error: unknown) => {
      if (!isDomainError(error) || error.metadata.field !== 'dbname') throw error;
      throw invalidRequest(
        `The superuser of the field "masterarn" may not connect to the database ${quoted(database)}, so the rights there cannot be cloned.`,
      );
    });
    return using(connection, work);
  }

  /** @param database of the session; undefined for what belongs to the whole cluster */
  private async requireClonable(
    connection: SqlConnection,
    current: RedshiftUser,
    alternate: RedshiftUser | undefined,
    database: string | undefined,
  ): Promise<void> {
    const users: [Part, string, RedshiftUser | undefined][] = [
      ['The user of AWSCURRENT', this.user.current, current],
      ['The user that takes the next turn', this.user.alternate, alternate],
    ];
    for (const [part, name, user] of users) {
      if (!user) continue;
      if (database === undefined) await requireNoDatabase(connection, part, user.id);
      else await requireClonable(connection, { part, name, id: user.id }, database);
    }
  }

  /** Makes the changes, and asks again: a server that left something out, or showed us nothing to copy, is found out. */
  private async bringInLine(find: () => Promise<Changes>, connection: SqlConnection): Promise<void> {
    for (const [what, statement] of await find()) await this.make(what, statement, connection);
    const [left] = await find();
    if (left) throw invalidRequest(`The server did not give the alternate user the rights of the one in use: ${left[0]}.`);
  }

  private async changesInCluster(wanted: RedshiftUser, databases: readonly string[]): Promise<Changes> {
    const { current, alternate } = this.user;
    const name = quoted(alternate);
    const present = await findUser(this.connection, alternate);
    if (!present) throw invalidRequest('The server does not show the alternate user that it has made.');
    const options = wanted.options.filter((option, index) => option !== present.options[index]);
    return [
      ...options.map((option): [string, string] => [`set ${option}`, `ALTER USER ${name} ${option}`]),
      ...settingStatements(`USER ${name}`, present.settings, wanted.settings, literal).map(
        ([parameter, statement]): [string, string] => [`set the parameter "${parameter}"`, statement],
      ),
      ...(await this.changesOfGroups(wanted, present)),
      ...changesOf(
        alternate,
        await rightsInCluster(this.connection, alternate, databases),
        await rightsInCluster(this.connection, current, databases),
      ),
    ];
  }

  private async changesOfGroups(wanted: RedshiftUser, present: RedshiftUser): Promise<Changes> {
    const groups = await this.connection.query('SELECT groname, grolist FROM pg_catalog.pg_group');
    return groups.flatMap(([group, list]): Changes => {
      const members = (Array.isArray(list) ? list : []).map(String);
      const [isIn, mustBeIn] = [members.includes(present.id), members.includes(wanted.id)];
      if (isIn === mustBeIn) return [];
      const [deed, verb] = mustBeIn ? ['add to', 'ADD'] : ['take out of', 'DROP'];
      const name = quoted(String(group));
      return [[`${deed} the group ${name}`, `ALTER GROUP ${name} ${verb} USER ${quoted(this.user.alternate)}`]];
    });
  }

  private async changesInDatabase(connection: SqlConnection, database: string): Promise<Changes> {
    const { current, alternate } = this.user;
    return [
      ...changesOf(
        alternate,
        await rightsInDatabase(connection, alternate, database),
        await rightsInDatabase(connection, current, database),
      ),
      ...changesOfDefaults(
        this.user,
        await defaultPrivileges(connection, alternate, current),
        await defaultPrivileges(connection, current, alternate),
      ),
    ];
  }

  /** Names what the server refuses. */
  private async make(what: string, statement: string, connection = this.connection): Promise<void> {
    try {
      await connection.query(statement);
    } catch (error) {
      if (!isStatementRefused(error)) throw error;
      throw invalidRequest(
        `The server does not let the superuser of the field "masterarn" ${what} (SQLSTATE ${error.code}). The user in use was not changed.`,
        { metadata: { grant: what } },
      );
    }
  }
}
