import { invalidRequest } from '@strongroom/errors';
import type { RandomSource } from '@strongroom/random';
import { escapeIdentifier, escapeLiteral } from 'pg';
import type { AlternateUser } from '../shared/sql-dialect';
import { isStatementRefused, type SqlConnection } from '../shared/sql-server.port';
import { passwordLiteral, requirePostgres } from './postgres-password';
import { settingStatements, type RoleSetting } from './postgres-settings';

const INSUFFICIENT_PRIVILEGE = '42501';

interface Role {
  oid: string;
  canLogin: boolean;
  inherits: boolean;
  connectionLimit: number;
  /** As text; `infinity` when there is no end. */
  validUntil: string;
  replication: boolean;
  /** Attributes that a session has by acting as the base role, and that the clone must not have beside. */
  excess: string[];
}

/**
 * Makes two roles stand for one: the clone is a member of the base role and its sessions act as it (`role`). So they have exactly its privileges, present and
 * future, and own nothing themselves: what either of them creates belongs to the base role and falls under its default privileges. What counts at the
 * login itself (limits, parameters, validity, replication) is copied. All of it is one transaction.
 */
export class PostgresClone {
  private readonly base: string;
  private readonly clone: string;

  private constructor(
    private readonly connection: SqlConnection,
    private readonly user: AlternateUser,
    private readonly random: RandomSource,
  ) {
    const toClone = user.alternate.length > user.current.length;
    [this.base, this.clone] = toClone ? [user.current, user.alternate] : [user.alternate, user.current];
  }

  static async prepare(connection: SqlConnection, user: AlternateUser, random: RandomSource): Promise<void> {
    await requirePostgres(connection);
    await new PostgresClone(connection, user, random).run();
  }

  private async run(): Promise<void> {
    const { alternate, password, passwordIsSet } = this.user;
    await this.connection.query('SET default_transaction_read_only = off');
    await this.connection.query('BEGIN');
    // Two workers at once would meet in the catalog.
    await this.connection.query(`SELECT pg_advisory_xact_lock(hashtextextended(${escapeLiteral(`strongroom ${this.base}`)}, 0))`);
    const base = await this.find(this.base);
    if (!base) {
      throw invalidRequest(
        'The server has no role of the name in the field "username" of AWSCURRENT without "_clone", which it would have to be a member of.',
      );
    }
    const clone = await this.find(this.clone);
    if (clone) {
      await this.requireMember();
      if (alternate === this.clone) await this.bringInLine(base, clone);
      await this.handOver(clone);
    } else {
      await this.create(base);
    }
    if (clone && !passwordIsSet) {
      const to = passwordLiteral(password, this.random);
      await this.attempt('set the password of the alternate user', `ALTER ROLE ${escapeIdentifier(alternate)} PASSWORD ${to}`);
    }
    await this.connection.query('COMMIT');
  }

  private async find(name: string): Promise<Role | undefined> {
    const [row] = await this.connection.query(
      `SELECT oid::text, rolcanlogin, rolinherit, rolconnlimit, coalesce(rolvaliduntil::text, 'infinity'), rolreplication,
              rolsuper, rolcreatedb, rolcreaterole, rolbypassrls
         FROM pg_roles WHERE rolname = ${escapeLiteral(name)}`,
    );
    if (!row) return undefined;
    const [oid, canLogin, inherits, connectionLimit, validUntil, replication, ...attributes] = row;
    const names = ['SUPERUSER', 'CREATEDB', 'CREATEROLE', 'BYPASSRLS'];
    return {
      oid: String(oid),
      canLogin: canLogin === true,
      inherits: inherits === true,
      connectionLimit: Number(connectionLimit),
      validUntil: String(validUntil),
      replication: replication === true,
      excess: names.filter((_, index) => attributes[index] === true),
    };
  }

  /** A role of the clone's name that somebody else made is not ours to change. */
  private async requireMember(): Promise<void> {
    const [row] = await this.connection.query(
      `SELECT 1 FROM pg_auth_members WHERE roleid = ${this.role(this.base)} AND member = ${this.role(this.clone)}`,
    );
    if (row) return;
    throw invalidRequest(
      'The role of AWSCURRENT\'s user with "_clone" exists and is no member of the role without it. If it is meant as its clone, grant it that membership. Nothing was changed.',
    );
  }

  private async create(base: Role): Promise<void> {
    const options = `LOGIN INHERIT ${base.replication ? 'REPLICATION ' : ''}${limitsOf(base)}`;
    const password = passwordLiteral(this.user.password, this.random);
    await this.attempt('create roles', `CREATE ROLE ${escapeIdentifier(this.clone)} ${options} PASSWORD ${password}`);
    await this.attempt(
      "grant membership of the role of AWSCURRENT's user",
      `GRANT ${escapeIdentifier(this.base)} TO ${escapeIdentifier(this.clone)}`,
    );
    await this.copySettings();
  }

  private async bringInLine(base: Role, clone: Role): Promise<void> {
    const wrong = clone.excess.map((attribute) => `NO${attribute}`);
    if (!clone.canLogin) wrong.push('LOGIN');
    if (!clone.inherits) wrong.push('INHERIT');
    if (clone.replication !== base.replication) wrong.push(base.replication ? 'REPLICATION' : 'NOREPLICATION');
    if (limitsOf(clone) !== limitsOf(base)) wrong.push(limitsOf(base));
    if (wrong.length > 0) {
      await this.attempt(`set ${wrong.join(', ')}`, `ALTER ROLE ${escapeIdentifier(this.clone)} ${wrong.join(' ')}`);
    }
    const others = await this.connection.query(
      `SELECT DISTINCT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
        WHERE m.member = ${clone.oid} AND m.roleid <> ${base.oid} ORDER BY 1`,
    );
    for (const [name] of others) {
      const role = escapeIdentifier(String(name));
      await this.attempt(
        `take membership of ${role} from the alternate user`,
        `REVOKE ${role} FROM ${escapeIdentifier(this.clone)}`,
      );
    }
    await this.copySettings();
  }

  private async copySettings(): Promise<void> {
    const wanted = await this.settingsOf(this.base);
    // The base role may itself act as a group, which its clone then does too.
    if (!wanted.some(({ database, name }) => database === undefined && name === 'role'))
      wanted.push({ name: 'role', value: this.base });
    for (const [name, statement] of settingStatements(this.clone, await this.settingsOf(this.clone), wanted)) {
      await this.attempt(`set the parameter "${name}" of the alternate user`, statement);
    }
  }

  private async settingsOf(role: string): Promise<RoleSetting[]> {
    const rows = await this.connection.query(
      `SELECT d.datname, split_part(c, '=', 1), substr(c, strpos(c, '=') + 1)
         FROM pg_db_role_setting s LEFT JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c
        WHERE s.setrole = ${this.role(role)} ORDER BY 1, 2`,
    );
    return rows.map(([database, name, value]) => ({
      database: database === null ? undefined : String(database),
      name: String(name),
      value: String(value),
    }));
  }

  /** Gives what the clone came to own, or was granted, as itself to the base role or back: the base role could not use it. */
  private async handOver(clone: Role): Promise<void> {
    const held = async (condition: string): Promise<string[]> => {
      const rows = await this.connection.query(
        `SELECT DISTINCT CASE WHEN s.dbid = 0 OR d.datname = current_database() THEN '' ELSE d.datname::text END
           FROM pg_shdepend s LEFT JOIN pg_database d ON d.oid = s.dbid
          WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = ${clone.oid}
            AND s.classid <> 'pg_auth_members'::regclass AND ${condition} ORDER BY 1`,
      );
      return rows.map(([database]) => String(database));
    };
    const [byDefault] = await held("s.classid = 'pg_default_acl'::regclass AND s.deptype = 'o'");
    if (byDefault !== undefined) {
      throw invalidRequest(
        'The role with "_clone" has default privileges of its own (ALTER DEFAULT PRIVILEGES FOR ROLE): they must be those of the role without it, which owns what both create. Nothing was changed.',
      );
    }
    const databases = await held('true');
    const elsewhere = databases.find((database) => database !== '');
    if (elsewhere !== undefined) {
      throw invalidRequest(
        `The role with "_clone" owns objects or has rights of its own in the database ${escapeIdentifier(elsewhere)}: run REASSIGN OWNED and DROP OWNED for it there. Nothing was changed.`,
      );
    }
    const [from, to] = [this.clone, this.base].map(escapeIdentifier);
    if ((await held("s.deptype = 'o'")).length > 0) {
      await this.attempt('reassign what the role with "_clone" owns', `REASSIGN OWNED BY ${from} TO ${to}`);
    }
    if ((await held("s.deptype = 'o'")).length > 0) {
      throw invalidRequest('The role with "_clone" owns objects that cannot be reassigned. Nothing was changed.');
    }
    // It owns nothing now: this takes back only what was granted to it beside its membership.
    if ((await held('true')).length > 0) {
      await this.attempt('take back what was granted to the role with "_clone" itself', `DROP OWNED BY ${from}`);
    }
  }

  private role(name: string): string {
    return `(SELECT oid FROM pg_roles WHERE rolname = ${escapeLiteral(name)})`;
  }

  /** Names what the superuser may not do; the transaction ends with the session, so nothing of it stays. */
  private async attempt(what: string, statement: string): Promise<void> {
    try {
      await this.connection.query(statement);
    } catch (error) {
      if (!isStatementRefused(error, INSUFFICIENT_PRIVILEGE)) throw error;
      throw invalidRequest(`The superuser of the field "masterarn" may not ${what} (SQLSTATE 42501). Nothing was changed.`, {
        metadata: { grant: what },
      });
    }
  }
}

const limitsOf = ({ connectionLimit, validUntil }: Role): string =>
  `CONNECTION LIMIT ${connectionLimit} VALID UNTIL ${escapeLiteral(validUntil)}`;
