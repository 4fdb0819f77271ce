import { invalidRequest } from '@strongroom/errors';
import type { RandomSource } from '@strongroom/random';
import { escapeIdentifier, escapeLiteral } from 'pg';
import type { AlternateUser } from '../shared/sql-dialect';
import type { SqlConnection } from '../shared/sql-server.port';
import { attempt, EQUALS } from './postgres-catalog';
import { PostgresHandOver } from './postgres-hand-over';
import { passwordLiteral, requirePostgres } from './postgres-password';
import { parseSetting, settingStatements, type RoleSetting } from './postgres-settings';

interface Role {
  oid: string;
  canLogin: boolean;
  inherits: boolean;
  connectionLimit: number;
  /** As text; `infinity` if there is no end. */
  validUntil: string;
  replication: boolean;
  /** Attributes that a session has by acting as the base role, and that the clone must not have beside. */
  excess: string[];
}

/**
 * Makes two roles stand for one: the clone is a member of the base role and its sessions act as it (`role`). So they have exactly
 * its privileges, present and future, and own nothing themselves: what either of them creates belongs to the base role and falls
 * under its default privileges. What counts at the login itself (limits, parameters, validity, replication) is copied. All of it
 * is one transaction, in a database that is not the applications'.
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
    const version = await requirePostgres(connection);
    await new PostgresClone(connection, user, random).run(version);
  }

  private async run(version: number): Promise<void> {
    const { alternate, password, passwordIsSet } = this.user;
    await this.connection.query('BEGIN');
    // Two workers at once would meet in the catalog.
    const lock = escapeLiteral(`strongroom ${this.base}`);
    await this.connection.query(`SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(${lock}, 0))`);
    const base = await this.find(this.base);
    if (!base) {
      throw invalidRequest(
        'The server has no role with the name in the field "username" of AWSCURRENT without "_clone", of which the role of AWSCURRENT must be a member.',
      );
    }
    const clone = await this.find(this.clone);
    if (clone) {
      await this.requireMember();
      await new PostgresHandOver(this.connection, this.user, version).run({ ...clone, name: this.clone }, this.base);
      if (alternate === this.clone) await this.bringInLine(base, clone);
    } else {
      await this.create(base);
    }
    if (alternate === this.clone) await this.requireLikeness(base);
    if (clone && !passwordIsSet) {
      const to = passwordLiteral(password, this.random);
      await this.attempt('set the password of the alternate user', `ALTER ROLE ${escapeIdentifier(alternate)} PASSWORD ${to}`);
    }
    await this.connection.query('COMMIT');
  }

  private async find(name: string): Promise<Role | undefined> {
    const [row] = await this.connection.query(
      `SELECT oid::pg_catalog.text, rolcanlogin, rolinherit, rolconnlimit, coalesce(rolvaliduntil::pg_catalog.text, 'infinity'), rolreplication,
              rolsuper, rolcreatedb, rolcreaterole, rolbypassrls
         FROM pg_catalog.pg_roles WHERE rolname ${EQUALS} ${escapeLiteral(name)}`,
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

  /** We do not change a role with the name of the clone that somebody else created. */
  private async requireMember(): Promise<void> {
    const [row] = await this.connection.query(
      `SELECT 1 FROM pg_catalog.pg_auth_members WHERE roleid ${EQUALS} ${this.role(this.base)} AND member ${EQUALS} ${this.role(this.clone)}`,
    );
    if (row) return;
    throw invalidRequest(
      'The role of AWSCURRENT\'s user with "_clone" exists but is not a member of the role without it. If it is meant to be the clone, grant it that membership. Nothing was changed.',
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
      `SELECT DISTINCT r.rolname FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid ${EQUALS} m.roleid
        WHERE m.member ${EQUALS} ${clone.oid} AND NOT m.roleid ${EQUALS} ${base.oid} ORDER BY 1`,
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
    // The base role may itself act as a group. Then its clone does so, too.
    if (!wanted.some(({ database, name }) => database === undefined && name === 'role'))
      wanted.push({ name: 'role', value: this.base });
    const present = await this.settingsOf(this.clone);
    for (const [name, statement] of settingStatements(`ROLE ${escapeIdentifier(this.clone)}`, present, wanted)) {
      await this.attempt(`set the parameter "${name}" of the alternate user`, statement);
    }
  }

  private async settingsOf(role: string): Promise<RoleSetting[]> {
    const rows = await this.connection.query(
      `SELECT d.datname, c
         FROM pg_catalog.pg_db_role_setting s LEFT JOIN pg_catalog.pg_database d ON d.oid ${EQUALS} s.setdatabase,
              pg_catalog.unnest(s.setconfig) c
        WHERE s.setrole ${EQUALS} ${this.role(role)} ORDER BY 1, 2`,
    );
    return rows.map(([database, setting]) => parseSetting(String(setting), (database as string | null) ?? undefined));
  }

  /**
   * Before the commit everything is checked again, and the membership by its effect. This finds a server that left something out,
   * or showed us nothing to copy.
   */
  private async requireLikeness(base: Role): Promise<void> {
    const clone = await this.find(this.clone);
    const [[isMember] = []] = await this.connection.query(
      `SELECT pg_catalog.pg_has_role(${this.role(this.clone)}, ${this.role(this.base)}, 'USAGE')`,
    );
    const [wanted, made] = [await this.settingsOf(this.base), await this.settingsOf(this.clone)].map((settings) =>
      settings.filter(({ database, name }) => database !== undefined || name !== 'role').map((one) => JSON.stringify(one)),
    );
    const isAlike =
      isMember === true &&
      clone?.canLogin === true &&
      clone.excess.length === 0 &&
      clone.replication === base.replication &&
      limitsOf(clone) === limitsOf(base) &&
      wanted!.join() === made!.join();
    if (!isAlike)
      throw invalidRequest('The server did not give the alternate user the rights of the one in use. Nothing was changed.');
  }

  private role(name: string): string {
    return `(SELECT oid FROM pg_catalog.pg_roles WHERE rolname ${EQUALS} ${escapeLiteral(name)})`;
  }

  private attempt(what: string, statement: string): Promise<void> {
    return attempt(this.connection, what, statement);
  }
}

const limitsOf = ({ connectionLimit, validUntil }: Role): string =>
  `CONNECTION LIMIT ${connectionLimit} VALID UNTIL ${escapeLiteral(validUntil)}`;
