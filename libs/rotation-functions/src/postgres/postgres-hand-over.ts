import { invalidRequest } from '@strongroom/errors';
import { escapeIdentifier, escapeLiteral } from 'pg';
import type { AlternateUser } from '../shared/sql-dialect';
import { using, type SqlConnection } from '../shared/sql-server.port';
import { attempt, EQUALS } from './postgres-catalog';

/** From this version on a superuser can switch event triggers off (event_triggers), those of logins too. */
const CAN_SWITCH_TRIGGERS_OFF = 170_000;

/**
 * Gives what a clone came to own, or was granted, as itself to the base role or back: the base role could not use it. Of all that
 * rotation does this alone has to be done in the database of the applications, whose owner is not trusted: what they own must not
 * run in the superuser's session.
 */
export class PostgresHandOver {
  constructor(
    private readonly connection: SqlConnection,
    private readonly user: AlternateUser,
    private readonly version: number,
  ) {}

  async run(clone: { name: string; oid: string }, base: string): Promise<void> {
    const [byDefault] = await held(this.connection, clone.oid, `s.classid ${EQUALS} ${DEFAULT_ACL} AND s.deptype ${EQUALS} 'o'`);
    if (byDefault !== undefined) {
      throw invalidRequest(
        'The role with "_clone" has default privileges of its own (ALTER DEFAULT PRIVILEGES FOR ROLE): they must be those of the role without it, which owns what both create. Nothing was changed.',
      );
    }
    const databases = await held(this.connection, clone.oid);
    if (databases.length === 0) return;
    const elsewhere = databases.find((database) => database !== '' && database !== this.user.database);
    if (elsewhere !== undefined) {
      throw invalidRequest(
        `The role with "_clone" owns objects or has rights of its own in the database ${escapeIdentifier(elsewhere)}: run REASSIGN OWNED and DROP OWNED for it there. Nothing was changed.`,
      );
    }
    await using(await this.open(), (connection) => this.handOver(connection, clone, base));
  }

  /** A session in the applications' database that fires no event trigger, or as few as the server allows. */
  private async open(): Promise<SqlConnection> {
    const [[isSuperuser] = []] = await this.connection.query(
      `SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname ${EQUALS} ${escapeLiteral(this.user.master)}`,
    );
    const quiet = isSuperuser === true;
    const canSwitchOff = this.version >= CAN_SWITCH_TRIGGERS_OFF;
    const off: [name: string, value: string] = canSwitchOff ? ['event_triggers', 'off'] : ['session_replication_role', 'replica'];
    const connection = await this.user.openDatabase({ settings: Object.fromEntries(quiet ? [off] : []) });
    try {
      if (!(quiet && canSwitchOff)) await this.requireTrustedTriggers(connection, quiet ? "'R', 'A'" : "'O', 'A'");
    } catch (error) {
      await connection.close();
      throw error;
    }
    return connection;
  }

  /** The function of an event trigger that fires runs as the superuser, and whoever owns the function may have changed it. */
  private async requireTrustedTriggers(connection: SqlConnection, firing: string): Promise<void> {
    const [row] = await connection.query(
      `SELECT t.evtname FROM pg_catalog.pg_event_trigger t
         JOIN pg_catalog.pg_proc p ON p.oid ${EQUALS} t.evtfoid JOIN pg_catalog.pg_roles r ON r.oid ${EQUALS} p.proowner
        WHERE t.evtenabled ${EQUALS} ANY (ARRAY[${firing}]::pg_catalog."char"[])
          AND NOT r.rolsuper AND NOT r.rolname ${EQUALS} ${escapeLiteral(this.user.master)} ORDER BY 1`,
    );
    if (!row) return;
    throw invalidRequest(
      `The role with "_clone" owns objects or has rights of its own, and the event trigger ${escapeIdentifier(String(row[0]))} of the database would run somebody else's function as the superuser: run REASSIGN OWNED and DROP OWNED for the role yourself. Nothing was changed.`,
    );
  }

  private async handOver(connection: SqlConnection, clone: { name: string; oid: string }, base: string): Promise<void> {
    const [from, to] = [clone.name, base].map(escapeIdentifier);
    const owns = async () => (await held(connection, clone.oid, `s.deptype ${EQUALS} 'o'`)).length > 0;
    await connection.query('BEGIN');
    if (await owns()) {
      await attempt(connection, 'reassign what the role with "_clone" owns', `REASSIGN OWNED BY ${from} TO ${to}`);
    }
    if (await owns()) {
      throw invalidRequest('The role with "_clone" owns objects that cannot be reassigned. Nothing was changed.');
    }
    // It owns nothing now: this takes back only what was granted to it beside its membership.
    if ((await held(connection, clone.oid)).length > 0) {
      await attempt(connection, 'take back what was granted to the role with "_clone" itself', `DROP OWNED BY ${from}`);
    }
    await connection.query('COMMIT');
  }
}

const classOf = (catalog: string) => `'pg_catalog.${catalog}'::pg_catalog.regclass::pg_catalog.oid`;
const DEFAULT_ACL = classOf('pg_default_acl');

/** The databases in which a role owns something or was granted something, '' for what all share; its memberships aside. */
const held = async (connection: SqlConnection, oid: string, condition = 'true'): Promise<string[]> => {
  const rows = await connection.query(
    `SELECT DISTINCT coalesce(d.datname::pg_catalog.text, '')
       FROM pg_catalog.pg_shdepend s LEFT JOIN pg_catalog.pg_database d ON d.oid ${EQUALS} s.dbid
      WHERE s.refclassid ${EQUALS} ${classOf('pg_authid')} AND s.refobjid ${EQUALS} ${oid}
        AND NOT s.classid ${EQUALS} ${classOf('pg_auth_members')} AND ${condition} ORDER BY 1`,
  );
  return rows.map(([database]) => String(database));
};
