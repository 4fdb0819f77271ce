import type { Connection, RowDataPacket } from 'mysql2/promise';
import { randomPassword, readOrCreatePrivateFile } from '../private-files';
import { connectAsAdministrator, type DatabaseAdministrator } from '../servers/mariadb.server';
import type { ClusterLayout } from './cluster-layout';
import { serviceNames, services, type ServiceName } from './services';

/** The name of the user that runs a service's migrations. */
export function migrationUser(service: ServiceName): string {
  return `${services[service].schema}_migration`;
}

/** The hosts from which a service's users may log in, as an account's host in SQL: `%` for any, an address, `address/netmask`. */
export type HostOf = (service: ServiceName) => string;

/** ER_NO_SUCH_TABLE. */
const NO_SUCH_TABLE = 1_146;

/** The schemas of a cluster and the users that reach them. */
export class DatabaseUsers {
  constructor(
    private readonly administrator: DatabaseAdministrator,
    private readonly layout: ClusterLayout,
    private readonly hostOf: HostOf = () => '%',
  ) {}

  /**
   * Gives every service its schema and two users that reach no other: one for migrations, which may change tables, and one to
   * run with, which may not. Can be repeated.
   */
  async provision(): Promise<void> {
    await this.asAdministrator(async (connection) => {
      for (const service of serviceNames) {
        const { schema, schemaPrivileges } = services[service];
        await connection.query(`CREATE DATABASE IF NOT EXISTS ${schema} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
        for (const [user, privileges] of [
          [migrationUser(service), ['ALL PRIVILEGES']],
          [schema, schemaPrivileges],
        ] as const) {
          const account = `${user}@'${this.hostOf(service)}'`;
          const password = readOrCreatePrivateFile(this.layout.passwordFile(user), randomPassword);
          await this.dropFromElsewhere(connection, user, this.hostOf(service));
          await connection.query(`CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY '${password}'`);
          await connection.query(`ALTER USER ${account} IDENTIFIED BY '${password}'`);
          // An underscore in the database's name of a grant would stand for any character.
          await connection.query(`GRANT ${privileges.join(', ')} ON \`${schema.replaceAll('_', '\\_')}\`.* TO ${account}`);
        }
      }
    });
  }

  /** Grants a service's runtime user its rights on single tables, once the migrations have created them. */
  async grantTables(service: ServiceName): Promise<void> {
    const { schema, tablePrivileges } = services[service];
    if (!tablePrivileges) return;
    await this.asAdministrator(async (connection) => {
      for (const [table, privileges] of Object.entries(tablePrivileges)) {
        await connection
          .query(`GRANT ${privileges.join(', ')} ON ${schema}.${table} TO ${schema}@'${this.hostOf(service)}'`)
          .catch((error: { errno?: number }) => {
            // A service of an older version, which is upgraded later and gets the privileges then.
            if (error.errno !== NO_SUCH_TABLE) throw error;
          });
      }
    });
  }

  /** A network can return with other addresses; logins from the old ones must then be refused. */
  private async dropFromElsewhere(connection: Connection, user: string, host: string): Promise<void> {
    if (host === '%') return;
    const [others] = await connection.query<RowDataPacket[]>('SELECT Host FROM mysql.user WHERE User = ? AND Host <> ?', [
      user,
      host,
    ]);
    for (const other of others) await connection.query('DROP USER ?@?', [user, other.Host]);
  }

  private async asAdministrator(work: (connection: Connection) => Promise<void>): Promise<void> {
    const connection = await connectAsAdministrator(this.administrator).catch((error: Error) => {
      const { host, port, user } = this.administrator;
      throw new Error(`the database at ${host}:${port} refused the login of ${user}: ${error.message}`, { cause: error });
    });
    try {
      await work(connection);
    } finally {
      await connection.end();
    }
  }
}
